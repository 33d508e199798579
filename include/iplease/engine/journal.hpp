// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/step.hpp>
#include <iplease/engine/effects.hpp>

#include <memory>
#include <string>
#include <vector>

namespace iplease {

/// The memory of one run: versioned header, then one JSON line per event; every call is on disk
/// (fsync) before it returns. docs/journal.md shows the format.
class Journal {
public:
  virtual ~Journal() = default;
  virtual void begin(const std::string& stage, const Step& step) = 0;
  virtual void finish(const std::string& stage, const Step& step, const CommandResult& result) = 0;
  /// A debt was observed to be paid.
  virtual void paid(const std::string& debt) = 0;
  /// The run ended: "done", "failed", "interrupted".
  virtual void close(const std::string& outcome) = 0;
};

/// Where a cluster's runs live: <state dir>/iplease/<kube-system UID>/, 0700.
struct RunPlace {
  std::string directory; ///< runs/<time>-<rand>
  std::string id;
};

/// Reads all runs of a cluster (torn last lines dropped) and says what is owed and in flight.
[[nodiscard]] MemorySeen read_memory(const std::string& cluster_directory);

/// Creates the run directory, writes header and settings. Throws EnvironmentError (exit 12).
[[nodiscard]] std::unique_ptr<Journal>
open_journal(const std::string& cluster_directory, const Plan& plan, const std::string& settings_json, RunPlace& place, Clock& clock);

} // namespace iplease
