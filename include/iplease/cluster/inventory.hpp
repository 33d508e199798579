// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

namespace iplease {

struct Settings;
class Files;

/// Reads the inventory that `metallb.kubespray.inventory` names (a folder or the inventory file in
/// it) and its checkout. Finds variable files as Ansible does: the first that exists of
/// group_vars/NAME, NAME.yml, NAME.yaml and NAME.json; in a folder, every file with one of these
/// extensions or none, sorted by name. Does not guess: the plan reports what is missing, unreadable
/// or ambiguous.
[[nodiscard]] KubespraySeen read_inventory(const Settings& want, Files& files);

} // namespace iplease
