// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/engine/effects.hpp>

#include <optional>
#include <string>

namespace iplease {

/// Options of `iplease migrate --from FILE [-o yaml|json]`.
struct MigrateOptions {
  std::string from{};          ///< file with the old ConfigMap, YAML or JSON
  std::string output = "yaml"; ///< yaml or json
};

struct Migrated {
  std::string objects{};            ///< for standard output; empty unless the conversion succeeded
  std::string warnings{};           ///< for standard error
  std::optional<Problem> problem{}; ///< why nothing was written
};

/// Pure conversion: reads one file, never a cluster.
[[nodiscard]] Migrated migrate_command(const MigrateOptions& options, Files& files);

} // namespace iplease
