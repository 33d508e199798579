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

/// `iplease config show [-o json]`: every setting with its value, where that came from and what the
/// key means; secrets masked.
[[nodiscard]] std::string config_show(const Settings& settings, bool json);

/// `iplease config explain [KEY]`; without a key all keys are listed, an unknown one is answered
/// with the nearest and exit 2.
[[nodiscard]] ExitCode config_explain(const std::string& path, std::string& out, std::string& err);

/// The JSON Schema (draft 2020-12) of the flags file, from the table of keys.
[[nodiscard]] std::string config_schema();

/// A commented flags file for `cluster` (words for its first line): every key with what it means;
/// `pool.addresses` and what was asked for count, the rest is switched off by a `#` and shows what
/// was found or the default. Once `pool.addresses` is filled in it is valid.
[[nodiscard]] std::string config_init(const Settings& want, const std::string& cluster);

} // namespace iplease
