// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/step.hpp>
#include <iplease/engine/effects.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The record of one run: a versioned header, then one JSON line per event (format:
/// docs/journal.md). Every call is on disk (fsync) when it returns. Throws EnvironmentError
/// (IPL-RUN-002, exit 12) if it cannot write.
class Journal {
public:
  virtual ~Journal() = default;
  /// Call before the fork: what will happen, and the debts it causes.
  virtual void begin(const std::string& stage, const Step& step) = 0;
  /// Call after it. The same line pays the debts that a successful step pays.
  virtual void finish(const std::string& stage, const Step& step, const CommandResult& result) = 0;
  /// A debt was seen to be paid.
  virtual void paid(const std::string& debt) = 0;
  /// Result for a step left in flight by an earlier run: `how` is "never happened" or "observed".
  virtual void settled(const std::string& step, const std::string& how) = 0;
  /// The run ended: "done", "failed", "interrupted".
  virtual void close(const std::string& outcome) = 0;
};

inline constexpr int k_journal_version = 1;

/// Where a run is kept, below <state dir>/iplease/<kube-system UID>/ (mode 0700).
struct RunPlace {
  std::string directory{}; ///< <cluster directory>/runs/<id>
  std::string id{};        ///< <date>-<time>-<rand>, "20261123-064001-k3f"
};

/// The first line of a run.
struct RunStart {
  std::string cluster_uid{};
  std::string command{};       ///< "enable", "undo", ...
  std::string only{};          ///< the run or stage given to `undo`
  std::string settings_json{}; ///< JSON object text that `resume` uses. Holds no secret.
  std::string plan_json{};     ///< content of plan.json; may be empty. Holds no secret.
  std::string kept{};          ///< digest of the kept plan being applied; empty: none
  /// What an undo keeps of the remembered changes: subject -> its fields; no fields: all.
  std::map<std::string, std::vector<std::string>> keeps{};
};

/// `<state_dir>/iplease/<uid>`. If state_dir is empty: in XDG_STATE_HOME, else <home>/.local/state.
/// The arguments are environment values, empty if unset.
[[nodiscard]] std::string cluster_directory(const std::string& state_dir,
                                            const std::string& xdg_state_home,
                                            const std::string& home,
                                            const std::string& cluster_uid);
/// Place of a new run. Creates nothing yet, because the lock needs the id first.
[[nodiscard]] RunPlace new_run(const std::string& cluster_directory, const Clock& clock);
/// Creates the run's directory, plan.json and the header. Throws EnvironmentError (exit 12).
[[nodiscard]] std::unique_ptr<Journal> open_journal(const std::string& cluster_directory,
                                                    const RunStart& start,
                                                    const RunPlace& place,
                                                    Clock& clock);

/// Reads all runs of a cluster, ignoring torn last lines. Returns the debts, the step in flight and
/// what runs made. Writes nothing. Throws EnvironmentError: IPL-RUN-003 for a newer format,
/// IPL-RUN-013 for damage before the last line, IPL-RUN-033 if the journal belongs to another
/// cluster than the directory.
[[nodiscard]] MemorySeen read_memory(const std::string& cluster_directory);

/// What one run made or changed, like MemorySeen::made; empty if there is no such run.
[[nodiscard]] std::map<std::string, MadeSeen> made_by(const std::string& cluster_directory,
                                                      const std::string& run);

/// Bytes in all journals of a cluster. Journals only grow, so a different number means that another
/// run worked on the cluster meanwhile; a clock would not tell.
[[nodiscard]] std::uintmax_t journal_bytes(const std::string& cluster_directory);

/// One row of `runs list`.
struct RunSummary {
  std::string id{};
  std::string started{}; ///< RFC 3339
  std::string command{};
  std::string outcome{}; ///< "done", "failed", "interrupted"; empty: killed or still running
  int commands = 0;      ///< writing commands that were started
  std::string last_step{};
  std::string kept{}; ///< digest of the kept plan that it applied or resumed; empty: none
};

/// The runs of a cluster, oldest first. Throws like read_memory.
[[nodiscard]] std::vector<RunSummary> list_runs(const std::string& cluster_directory);
/// The events of a journal as one JSON array.
[[nodiscard]] nlohmann::ordered_json events_json(std::string_view journal_text);
/// Output of `runs show ID`: time, step, what ran, how it ended. Pure.
[[nodiscard]] std::string log_text(std::string_view journal_text);

} // namespace iplease
