// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/flags_file.hpp>
#include <iplease/core/exit_code.hpp>

#include <string>

namespace iplease {

/// `iplease config validate -f FILE [-o json]`. Reads no cluster. `out` is for standard output,
/// `err` for standard error. Returns 0 if the settings are valid, else 2. The JSON has `valid`,
/// `pool.count`, `problems`, and `settings` with the source of each.
[[nodiscard]] ExitCode
config_validate(const SettingsInput& input, bool json, std::string& out, std::string& err);

/// `iplease config show [-o json]`: every setting with its value, source and meaning; secrets
/// masked.
[[nodiscard]] std::string config_show(const Settings& settings, bool json);

/// `iplease config explain [KEY]`. Lists all keys without a KEY. An unknown key gives the nearest
/// one and exit 2.
[[nodiscard]] ExitCode config_explain(const std::string& path, std::string& out, std::string& err);

/// The JSON Schema (draft 2020-12) of the flags file, generated from the table of keys.
[[nodiscard]] std::string config_schema();

/// A commented flags file with every key and its meaning. `pool.addresses` and the settings that
/// were given are active; the others are commented out and show the detected or default value. The
/// file is valid once `pool.addresses` is filled in. The first line names `cluster`.
[[nodiscard]] std::string config_init(const Settings& want, const std::string& cluster);

} // namespace iplease
