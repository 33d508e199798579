// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/engine/effects.hpp>

#include <optional>
#include <string>

namespace iplease {

/// What `iplease migrate --from FILE [-o yaml|json]` was asked.
struct MigrateOptions {
  std::string from{};          ///< file with the old ConfigMap, YAML or JSON
  std::string output = "yaml"; ///< yaml or json
};

struct Migrated {
  std::string objects{};            ///< standard output; empty unless the conversion succeeded
  std::string warnings{};           ///< standard error
  std::optional<Problem> problem{}; ///< why nothing was written
};

/// A pure converter: reads one file, never a cluster.
[[nodiscard]] Migrated migrate_command(const MigrateOptions& options, Files& files);

} // namespace iplease
