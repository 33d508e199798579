// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/core/exit_code.hpp>

#include <string>

namespace iplease {

/// `iplease config validate -f FILE [-o json]`: no cluster, no effects. `out` becomes standard
/// output, `err` standard error. 0 when the settings can be used, else 2. JSON has `valid`,
/// `pool.count`, `problems` and `settings` with the source of each.
[[nodiscard]] ExitCode
config_validate(const SettingsInput& input, bool json, std::string& out, std::string& err);

/// `iplease config explain KEY`; an unknown key is answered with the nearest and exit 2.
[[nodiscard]] ExitCode config_explain(const std::string& key, std::string& out, std::string& err);

} // namespace iplease
