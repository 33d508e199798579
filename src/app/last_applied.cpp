// SPDX-License-Identifier: Apache-2.0
#include "last_applied.hpp"

#include <iplease/engine/journal.hpp>

#include <ranges>

namespace iplease {

std::optional<AppliedRun> last_applied(const std::string& cluster_directory, Files& files)
{
  std::vector<RunSummary> runs = list_runs(cluster_directory);
  for (const RunSummary& run : std::views::reverse(runs)) {
    if (run.outcome != "done") {
      continue;
    }
    if (run.command == "undo") {
      return std::nullopt;
    }
    const FileRead plan = files.read(cluster_directory + "/runs/" + run.id + "/plan.json");
    std::optional<AppliedRun> applied = read_applied(plan.text);
    if (applied) {
      applied->id = run.id;
      applied->started = run.started;
      applied->command = run.command;
      return applied;
    }
  }
  return std::nullopt;
}

} // namespace iplease
