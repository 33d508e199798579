// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease {

struct Settings;
class Files;

/// The named provider.yaml, else those in the usual places, in the order of docs/settings.md.
[[nodiscard]] std::vector<ValuesFileSeen>
read_values_files(const Settings& want, const std::string& home, Files& files);

} // namespace iplease
