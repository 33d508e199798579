// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>

#include <fmt/format.h>

#include "journal_format.hpp"
#include "made.hpp"
#include <algorithm>

namespace iplease {
namespace {

/// Replays the events of all runs, oldest first.
class Replay {
public:
  explicit Replay(MemorySeen& memory)
      : m_memory(memory),
        m_made(memory)
  {
  }
  void read(const Json& event, const std::string& run)
  {
    const std::string kind = text_of(event, "ev");
    if (kind == "run") {
      m_settings = event.contains("settings") ? event["settings"].dump() : "";
      m_command = text_of(event, "command");
      m_only = text_of(event, "only");
      m_made.run(event, run);
      m_kept = text_of(event, "kept");
      // `iplease verify` beside an unfinished enable neither finishes nor replaces it.
      m_beside =
          m_command == "verify" && !m_memory.unfinished_run.empty() && m_unfinished != "verify";
    } else if (kind == "intent") {
      intent(event, run);
    } else if (kind == "done") {
      m_made.done(event);
      done(event);
    } else if (kind == "paid") {
      pay(text_of(event, "debt"));
    } else if (kind == "settled") {
      settle(text_of(event, "step"));
    } else if (kind == "close" && text_of(event, "outcome") == "done" && !m_beside) {
      close();
    }
  }
  /// Call after the last event.
  void end() { m_made.settle(); }
  [[nodiscard]] std::map<std::string, MadeSeen> made_by(const std::string& run) const
  {
    return m_made.made_by(run);
  }

private:
  void close()
  {
    m_memory.unfinished_run.clear();
    m_memory.unfinished_settings.clear();
    m_memory.unfinished_command.clear();
    m_memory.unfinished_only.clear();
    m_memory.unfinished_kept.clear();
    if (m_only.empty()) { // the run looked at everything and found it as promised
      m_memory.release_writes.clear();
    }
    settle(m_memory.in_flight_step);
    m_made.settle();
    if (m_command == "undo" && m_only.empty()) { // nothing is left to be proved
      m_made.undone();
      // While anything is remembered, a migrated MetalLB must not be removed later either.
      m_memory.migrated = m_memory.migrated && !m_memory.made.empty();
      pay("verify");
      pay("ip-operator-look");
    }
  }

  void intent(const Json& event, const std::string& run)
  {
    for (const Json& debt : event.value("owes", Json::array())) {
      owe({.id = text_of(debt, "id"),
           .until = text_of(debt, "until"),
           .seen = text_of(debt, "seen")},
          text_of(event, "t"));
    }
    const std::string kind = text_of(event, "kind");
    if ((kind != "run" && kind != "file") || m_beside) {
      return;
    }
    const bool undo = m_command == "undo";
    m_unfinished = m_command;
    m_memory.unfinished_run = run;
    m_memory.unfinished_settings = m_settings;
    m_memory.unfinished_command = m_command;
    m_memory.unfinished_only = m_only;
    m_memory.unfinished_kept = m_kept;
    m_made.intent(event);
    const std::string stage = text_of(event, "stage");
    m_memory.migrated = m_memory.migrated || (stage == "migrate" && !undo);
    m_memory.enabled = m_memory.enabled || (!undo && m_command != "verify");
    // Neither a verification's own changes nor an undo need another verification.
    if (stage != "verify" && !undo) {
      m_memory.verify_owed = true;
    }
    m_memory.in_flight_step = text_of(event, "step");
    m_memory.in_flight_subject = text_of(event, "subject");
    m_memory.in_flight_before = text_of(event, "before");
    m_memory.in_flight_expect = text_of(event, "expect");
    constexpr std::string_view release = "release/";
    m_release = m_memory.in_flight_subject.starts_with(release)
                    ? m_memory.in_flight_subject.substr(release.size())
                    : "";
    if (!m_release.empty()) {
      m_memory.release_writes[m_release] = {.before = m_memory.in_flight_before,
                                            .expect = m_memory.in_flight_expect,
                                            .began = text_of(event, "t")};
    }
  }

  void done(const Json& event)
  {
    for (const Json& debt : event.value("pays", Json::array())) {
      pay(debt.get<std::string>());
    }
    // A command that was cut short may or may not have taken effect: it stays in flight.
    const std::string ended = text_of(event, "ended");
    if (ended == "signalled" || ended == "timed_out" ||
        text_of(event, "step") != m_memory.in_flight_step) {
      return;
    }
    // A failed helm may still have left its revision, which is then iplease's own.
    if (!m_release.empty()) {
      m_memory.release_writes[m_release].ended = text_of(event, "t");
    }
    settle(m_memory.in_flight_step);
  }

  void owe(Debt debt, const std::string& since)
  {
    const auto known = std::ranges::find(m_memory.debts, debt.id, &Debt::id);
    if (known == m_memory.debts.end()) {
      m_memory.debt_since[debt.id] = since;
      m_memory.debts.push_back(std::move(debt));
    } else if (!debt.seen.empty()) {
      known->seen = std::move(debt.seen); // promised again: earlier work does not pay it
    }
  }

  void pay(const std::string& debt)
  {
    std::erase_if(m_memory.debts, [&](const Debt& one) { return one.id == debt; });
    m_memory.debt_since.erase(debt);
    if (debt == "verify") {
      m_memory.verify_owed = false;
    }
  }

  void settle(const std::string& step)
  {
    if (step == m_memory.in_flight_step) {
      m_memory.in_flight_step.clear();
      m_memory.in_flight_subject.clear();
      m_memory.in_flight_before.clear();
      m_memory.in_flight_expect.clear();
      m_release.clear();
    }
  }

  MemorySeen& m_memory;
  MadeReplay m_made;
  std::string m_settings{};
  std::string m_command{};
  std::string m_only{};
  std::string m_kept{};
  std::string m_unfinished{}; ///< the command of the unfinished run
  bool m_beside = false;
  std::string m_release{}; ///< written by the step in flight; empty: none
};

void replay_runs(Replay& replay, const std::string& cluster_directory)
{
  for (const RunEvents& run : read_runs(cluster_directory)) {
    for (const Json& event : run.events) {
      replay.read(event, run.id);
    }
  }
  replay.end();
}

std::string how_it_ended(const Json& event)
{
  const std::string ended = text_of(event, "ended");
  const int code = event.value("rc", 0);
  if (ended == "exited") {
    return code == 0 ? "ok" : fmt::format("exit {}", code);
  }
  return ended == "signalled" ? fmt::format("signal {}", code) : ended;
}

std::string log_line(const Json& event)
{
  const std::string kind = text_of(event, "ev");
  if (kind == "run") {
    return fmt::format("run {} of iplease {}: {}",
                       text_of(event, "run"),
                       text_of(event, "iplease"),
                       text_of(event, "command"));
  }
  if (kind == "intent") {
    const auto argv = event.value("argv", std::vector<std::string>{});
    std::string what =
        argv.empty() ? text_of(event, "path") + text_of(event, "url") : "$ " + shell_line(argv);
    for (const Json& debt : event.value("owes", Json::array())) {
      what += fmt::format("  (owes {})", text_of(debt, "id"));
    }
    return fmt::format("{}: {}", text_of(event, "step"), what);
  }
  if (kind == "done") {
    const std::string proved = text_of(event, "proved");
    return fmt::format("{}: {} after {} ms{}",
                       text_of(event, "step"),
                       how_it_ended(event),
                       event.value("ms", 0L),
                       proved.empty() ? "" : ": " + proved);
  }
  if (kind == "paid") {
    return "paid: " + text_of(event, "debt");
  }
  if (kind == "settled") {
    return fmt::format("{}: {}", text_of(event, "step"), text_of(event, "how"));
  }
  return kind == "close" ? "ended: " + text_of(event, "outcome") : kind;
}

/// A copied or renamed directory remembers another cluster: repeat nothing of it here, and above
/// all undo nothing.
void check_cluster(const Json& header, const std::string& cluster, const std::string& path)
{
  const std::string written = text_of(header, "cluster");
  if (!written.empty() && written != cluster) {
    throw EnvironmentError({.id = "IPL-RUN-033",
                            .what = "the journal " + path + " is that of another cluster",
                            .saw = "the UID of kube-system in it is " + written +
                                   ", and that of its directory " + cluster,
                            .exit = ExitCode::other_cluster});
  }
}

} // namespace

std::vector<RunEvents> read_runs(const std::string& cluster_directory)
{
  const std::string cluster = cluster_directory.substr(cluster_directory.rfind('/') + 1);
  std::vector<RunEvents> runs;
  for (const std::string& id : list_directory(cluster_directory + "/runs")) {
    const std::string path = cluster_directory + "/runs/" + id + "/journal.jsonl";
    std::vector<Json> events = read_events(read_private_file(path), path);
    if (!events.empty()) {
      check_cluster(events.front(), cluster, path);
      runs.push_back({id, std::move(events)});
    }
  }
  std::ranges::stable_sort(
      runs, {}, [](const RunEvents& run) { return run.events.front().value("seq", 0); });
  return runs;
}

MemorySeen read_memory(const std::string& cluster_directory)
{
  MemorySeen memory;
  Replay replay(memory);
  replay_runs(replay, cluster_directory);
  return memory;
}

std::map<std::string, MadeSeen> made_by(const std::string& cluster_directory,
                                        const std::string& run)
{
  MemorySeen memory;
  Replay replay(memory);
  replay_runs(replay, cluster_directory);
  return replay.made_by(run);
}

std::uintmax_t journal_bytes(const std::string& cluster_directory)
{
  std::uintmax_t bytes = 0;
  for (const std::string& id : list_directory(cluster_directory + "/runs")) {
    bytes += file_bytes(cluster_directory + "/runs/" + id + "/journal.jsonl");
  }
  return bytes;
}

std::vector<RunSummary> list_runs(const std::string& cluster_directory)
{
  std::vector<RunSummary> list;
  for (const RunEvents& run : read_runs(cluster_directory)) {
    RunSummary summary{.id = run.id,
                       .started = text_of(run.events.front(), "t"),
                       .command = text_of(run.events.front(), "command"),
                       .kept = text_of(run.events.front(), "kept")};
    for (const Json& event : run.events) {
      const std::string kind = text_of(event, "ev");
      if (kind == "close") {
        summary.outcome = text_of(event, "outcome");
      } else if (kind == "intent") {
        summary.last_step = text_of(event, "step");
        summary.commands +=
            text_of(event, "kind") == "run" || text_of(event, "kind") == "file" ? 1 : 0;
      }
    }
    list.push_back(std::move(summary));
  }
  return list;
}

Json events_json(std::string_view journal_text)
{
  // NOLINTNEXTLINE(modernize-return-braced-init-list): braces would wrap the array in another
  return Json(read_events(journal_text, "given"));
}

std::string log_text(std::string_view journal_text)
{
  std::string text;
  for (const Json& event : read_events(journal_text, "given")) {
    text += text_of(event, "t") + "  " + log_line(event) + "\n";
  }
  return text;
}

} // namespace iplease
