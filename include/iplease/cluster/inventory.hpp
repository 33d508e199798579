// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

namespace iplease {

struct Settings;
class Files;

/// Looks at the inventory that `metallb.kubespray.inventory` names, a folder or the inventory
/// file in it, and at its checkout. The variable files are found as Ansible finds them: of
/// group_vars/NAME, NAME.yml, NAME.yaml and NAME.json the first that exists counts, and of a
/// folder every file with such an ending or none, in the order of their names. Nothing is guessed:
/// what is missing, unreadable or not the only one stays so for the plan to tell.
[[nodiscard]] KubespraySeen read_inventory(const Settings& want, Files& files);

} // namespace iplease
