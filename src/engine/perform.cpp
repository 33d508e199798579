// SPDX-License-Identifier: Apache-2.0
#include "perform.hpp"

#include <iplease/core/catalogue.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/pattern.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/engine/classify.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace iplease {
namespace {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds k_watch_soon{3};         ///< from the first look to the second
constexpr seconds k_watch_later{6};        ///< from then on
constexpr milliseconds k_first_look{1500}; ///< a quicker command costs no extra process
constexpr milliseconds k_longest_pause{2000};
constexpr seconds k_forget{60};     ///< a trouble not seen for this long starts again
constexpr std::size_t k_line = 240; ///< bytes shown of an init container's last line
constexpr int k_restarts = 3;       ///< with fewer, the program may be waiting for what it needs

/// What the command says it is doing (Run::progress).
class Progress {
public:
  explicit Progress(const std::string& pattern)
      : m_pattern(pattern)
  {
  }
  void read(std::string_view output)
  {
    m_read = output.size() < m_read ? 0 : m_read; // another try starts its output again
    while (!m_pattern.empty()) {
      const std::size_t end = output.find('\n', m_read);
      if (end == std::string_view::npos) {
        return;
      }
      const auto groups =
          search_pattern(m_pattern, std::string(output.substr(m_read, end - m_read)));
      m_said = groups && groups->size() > 1 ? groups->at(1) : m_said;
      m_read = end + 1;
    }
  }
  [[nodiscard]] const std::string& said() const { return m_said; }

private:
  const std::string& m_pattern;
  std::size_t m_read = 0; ///< bytes of whole lines that were read
  std::string m_said{};
};

/// A running command: shows why it waits, obeys Ctrl-C, gives up on a hopeless pod.
class Running {
public:
  Running(const Run& run, const Doing& doing)
      : m_run(run),
        m_doing(doing),
        m_watcher(run.watch, doing.fx, doing.wrote),
        m_progress(run.progress),
        m_started(doing.fx.clock.now()),
        m_limit(run.retry == Retry::never ? run.command.timeout : run.retry_limit),
        m_heeded(doing.base)
  {
  }

  StepOutcome go()
  {
    StepOutcome outcome;
    for (;; ++outcome.tries) {
      const auto job = m_doing.fx.runner.start(m_run.command);
      while (!job->done()) {
        m_progress.read(job->so_far());
        tick(k_tick);
        heed(*job);
      }
      outcome.result = job->result();
      const bool again = worth_retry(m_run.retry, outcome.result) && passed() < m_run.retry_limit;
      if (!again || !pause()) {
        break;
      }
    }
    if (m_run.unless_there && says_already_there(outcome.result)) {
      outcome.result.exit_code = 0;
      m_doing.view.note(m_doing.step.id + ": it is there already and stays as it is");
    }
    const bool late = ran_out(outcome.result);
    const auto& why_not = late ? m_watcher.at_end() : m_watcher.hopeless();
    outcome.hopeless = outcome.result.ok() ? std::nullopt : why_not;
    outcome.waited = outcome.result.ok() ? "" : m_watcher.why();
    outcome.for_pods = late && m_watcher.pods_wait();
    outcome.stopped = !outcome.result.ok() && m_doing.asked_to_stop();
    outcome.result.took = passed();
    return outcome;
  }

private:
  [[nodiscard]] milliseconds passed() const
  {
    return duration_cast<milliseconds>(m_doing.fx.clock.now() - m_started);
  }

  void tick(milliseconds slice)
  {
    m_doing.fx.runner.poll(slice);
    m_watcher.move_on();
    m_doing.view.waiting(m_doing.step, passed(), m_limit, why());
  }

  /// What the command says it is doing, and what its pods wait for.
  [[nodiscard]] std::string why() const
  {
    const std::string& said = m_progress.said();
    const std::string pods = m_watcher.why();
    return said.empty() || pods.empty() ? said + pods : said + "; " + pods;
  }

  /// Waits before the next try; false if the operator or a pod rules it out.
  bool pause()
  {
    const auto until = m_doing.fx.clock.now() + m_pauses.next(k_longest_pause);
    while (m_doing.fx.clock.now() < until && !m_doing.asked_to_stop() && !m_watcher.hopeless()) {
      tick(k_tick);
    }
    return !m_doing.asked_to_stop() && !m_watcher.hopeless();
  }

  void heed(Job& job)
  {
    if (const auto& hopeless = m_watcher.hopeless(); hopeless && !m_given_up) {
      m_given_up = true;
      m_doing.view.note("giving up on " + hopeless->why);
      job.signal(SIGINT);
    }
    const int level = m_doing.fx.stop.level();
    if (level <= m_heeded) {
      return;
    }
    m_heeded = level;
    const std::string line = shell_line(m_run.command.argv);
    if (level >= 3) {
      m_doing.view.note(
          "killing the command; a helm release may stay pending: `iplease resume` heals it");
      job.signal(SIGKILL);
    } else if (level == 2 || m_run.reads_only) {
      m_doing.view.note("cancelling the command");
      job.signal(SIGINT);
    } else {
      const seconds left = std::max(0s, duration_cast<seconds>(m_run.command.timeout - passed()));
      m_doing.view.note(fmt::format(
          "finishing `{}` (limit {} left), then stopping. Ctrl-C again to cancel it", line, left));
    }
  }

  const Run& m_run;
  const Doing& m_doing;
  Watcher m_watcher;
  Progress m_progress;
  std::chrono::steady_clock::time_point m_started;
  seconds m_limit;
  Pauses m_pauses{};
  int m_heeded;
  bool m_given_up = false;
};

} // namespace

namespace {

std::string last_line_of(std::string text)
{
  text = mask_named_secrets(std::move(text));
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  return text.substr(text.rfind('\n') + 1).substr(0, k_line);
}

} // namespace

Watcher::Watcher(const std::optional<Command>& watch, Effects& fx, bool wrote)
    : m_watch(watch),
      m_fx(fx),
      m_wrote(wrote),
      m_next(fx.clock.now() + k_first_look)
{
}

void Watcher::move_on()
{
  if (m_init_job && m_init_job->done()) {
    const CommandResult log = m_init_job->result();
    m_init_job.reset();
    m_init_line = log.ok() ? last_line_of(log.out) : m_init_line;
  }
  if (m_job && m_job->done()) {
    m_next = m_fx.clock.now() + (m_looked ? k_watch_later : k_watch_soon);
    look(m_job->result());
    m_job.reset();
    if (!m_seen.init_pod.empty() && !m_init_job) {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): it gave the answer above
      m_init_job = m_fx.runner.start(last_words_of(m_seen, *m_watch));
    }
  }
  if (m_watch && !m_job && !m_init_job && m_fx.clock.now() >= m_next) {
    m_job = m_fx.runner.start(*m_watch);
  }
}

std::string Watcher::why() const
{
  return m_seen.init_pod.empty() || m_init_line.empty()
             ? m_seen.text
             : m_seen.text + ", its log ends: " + m_init_line;
}

bool Watcher::met_before(const PodTrouble& trouble) const
{
  const auto met = m_old.find(trouble.uid);
  return m_wrote && met != m_old.end() && !trouble.began.empty() && met->second == trouble.began;
}

void Watcher::look(const CommandResult& result)
{
  if (!result.ok()) {
    return; // no answer, no news
  }
  const std::string before = m_seen.init_pod;
  m_seen = look_at_pods(result.out);
  if (m_seen.init_pod != before) {
    m_init_line.clear();
  }
  const auto now = m_fx.clock.now();
  std::erase_if(m_lasting, [&](const auto& one) { return now - one.second.last > k_forget; });
  m_crash.reset();
  for (const PodTrouble& trouble : m_seen.troubles) {
    const bool crashes = !trouble.container.empty();
    const bool fresh = crashes && trouble.restarts <= 1;
    if (!m_looked && !fresh) {
      m_old.emplace(trouble.uid, trouble.began);
    }
    if (crashes && trouble.restarts >= k_restarts - 1 && !met_before(trouble)) {
      m_crash = trouble;
    }
    if (m_old.contains(trouble.uid)) {
      continue;
    }
    Lasting& lasting = m_lasting.try_emplace(trouble.uid, Lasting{now, now}).first->second;
    lasting.last = now;
    const bool often = !crashes || trouble.restarts >= k_restarts;
    if (often && now - lasting.since >= trouble.grace) {
      m_hopeless = trouble;
    }
  }
  m_looked = true;
}

namespace {

/// Why a command may not start: the file that it will read is not the planned one.
std::optional<Problem> other_content(const FileHolds& holds, Files& files)
{
  const FileRead read = files.read(holds.path);
  if (read.kind == FileRead::Kind::ok && sha256_hex(read.text) == holds.sha256) {
    return std::nullopt;
  }
  const bool absent = read.kind == FileRead::Kind::absent;
  return with_catalogue({.id = holds.id,
                         .what = holds.path + " does not hold what was planned",
                         .saw = absent               ? "it is not there any more"
                                : read.error.empty() ? "it was changed by somebody else"
                                                     : read.error,
                         .exit = ExitCode::cannot_write});
}

} // namespace

StepOutcome perform(const Run& run, const Doing& doing)
{
  if (run.holds) {
    if (auto refused = other_content(*run.holds, doing.fx.files)) {
      return {.result = {.exit_code = 1}, .refused = std::move(refused)};
    }
  }
  return Running(run, doing).go();
}

StepOutcome perform(const FileWrite& file, const Doing& doing)
{
  StepOutcome outcome;
  if (const auto error = doing.fx.files.replace(file)) {
    outcome.result = {.exit_code = 1, .err = *error};
  }
  return outcome;
}

} // namespace iplease
