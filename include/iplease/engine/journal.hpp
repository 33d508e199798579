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

/// The memory of one run: versioned header, then one JSON line per event; every call is on disk
/// (fsync) before it returns. docs/journal.md shows the format. A call that cannot write throws
/// EnvironmentError (IPL-RUN-002, exit 12).
class Journal {
public:
  virtual ~Journal() = default;
  /// Before the fork: what is about to happen, what it owes.
  virtual void begin(const std::string& stage, const Step& step) = 0;
  /// After it; the debts that a successful step pays are paid in the same line.
  virtual void finish(const std::string& stage, const Step& step, const CommandResult& result) = 0;
  /// A debt was observed to be paid.
  virtual void paid(const std::string& debt) = 0;
  /// An earlier run's step in flight was looked at: `how` is "never happened" or "observed".
  virtual void settled(const std::string& step, const std::string& how) = 0;
  /// The run ended: "done", "failed", "interrupted".
  virtual void close(const std::string& outcome) = 0;
};

inline constexpr int k_journal_version = 1;

/// Where a cluster's runs live: <state dir>/iplease/<kube-system UID>/, 0700.
struct RunPlace {
  std::string directory{}; ///< <cluster directory>/runs/<id>
  std::string id{};        ///< <date>-<time>-<rand>, "20261123-064001-k3f"
};

/// What a run knows of itself when it starts.
struct RunStart {
  std::string cluster_uid{};
  std::string command{};       ///< "enable", "undo", ...
  std::string only{};          ///< the run or stage that `undo` was given
  std::string settings_json{}; ///< JSON object text; what `resume` runs with. Holds no secret.
  std::string plan_json{};     ///< what is written to plan.json; may be empty. Holds no secret.
  std::string kept{};          ///< digest of the kept plan that is applied; empty: none
  /// What an undo leaves of what is remembered: subject -> its fields; none: all of it.
  std::map<std::string, std::vector<std::string>> keeps{};
};

/// `<state_dir>/iplease/<uid>`; without a given state_dir that of XDG_STATE_HOME, else of
/// <home>/.local/state (the arguments are the environment's values, empty when unset).
[[nodiscard]] std::string cluster_directory(const std::string& state_dir,
                                            const std::string& xdg_state_home,
                                            const std::string& home,
                                            const std::string& cluster_uid);
/// A new run's place; nothing is created yet (the lock wants the id first).
[[nodiscard]] RunPlace new_run(const std::string& cluster_directory, const Clock& clock);
/// Creates the run's directory, writes plan.json and the header. Throws EnvironmentError (12).
[[nodiscard]] std::unique_ptr<Journal> open_journal(const std::string& cluster_directory,
                                                    const RunStart& start,
                                                    const RunPlace& place,
                                                    Clock& clock);

/// Reads all runs of a cluster (torn last lines dropped) and says what is owed and in flight.
/// Throws EnvironmentError: IPL-RUN-003 for a journal of a newer format, IPL-RUN-013 for one that
/// is damaged elsewhere than in its last line, IPL-RUN-033 for one of another cluster than that
/// whose UID the directory is named by. Writes nothing.
[[nodiscard]] MemorySeen read_memory(const std::string& cluster_directory);

/// What one run made or changed, as MemorySeen::made; empty where there is no such run.
[[nodiscard]] std::map<std::string, MadeSeen> made_by(const std::string& cluster_directory,
                                                      const std::string& run);

/// Bytes in all journals of a cluster. Whoever works on the cluster writes lines, and journals only
/// grow, so it tells whether somebody did since it was asked before; a clock would not.
[[nodiscard]] std::uintmax_t journal_bytes(const std::string& cluster_directory);

/// One run as `runs list` shows it.
struct RunSummary {
  std::string id{};
  std::string started{}; ///< RFC 3339
  std::string command{};
  std::string outcome{}; ///< "done", "failed", "interrupted"; empty: killed, or still at work
  int commands = 0;      ///< writing commands that were started
  std::string last_step{};
  std::string kept{}; ///< digest of the kept plan that it applied or resumed; empty: none
};

/// The runs of a cluster, oldest first. Throws as read_memory does.
[[nodiscard]] std::vector<RunSummary> list_runs(const std::string& cluster_directory);
/// The events of a journal as one JSON array.
[[nodiscard]] nlohmann::ordered_json events_json(std::string_view journal_text);
/// The lines of `runs show ID` for people: time, step, what ran, how it ended. Pure.
[[nodiscard]] std::string log_text(std::string_view journal_text);

} // namespace iplease
