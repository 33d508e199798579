// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>
#include <iplease/engine/effects.hpp>

#include <string>

namespace iplease {

/// What `iplease migrate --from FILE [-o yaml|json]` was asked.
struct MigrateOptions {
  std::string from{};          ///< file with the old ConfigMap, YAML or JSON
  std::string output = "yaml"; ///< yaml or json
};

/// A pure converter: reads one file, never a cluster. `out` becomes standard output (empty unless
/// the conversion succeeded), `err` standard error: warnings, or why nothing was written.
[[nodiscard]] ExitCode
migrate_command(const MigrateOptions& options, Files& files, std::string& out, std::string& err);

} // namespace iplease
