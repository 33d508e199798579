// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/address_range.hpp>
#include <iplease/core/pattern.hpp>
#include <iplease/core/plain_text.hpp>

#include <fmt/format.h>

#include "perform.hpp"
#include <algorithm>

namespace iplease {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds k_quick{1000};
constexpr milliseconds k_slow{2000};
constexpr seconds k_quick_until{30};
constexpr seconds k_answer{2};        ///< how long after the limit a look begun in time may end
constexpr std::size_t k_quoted = 400; ///< bytes of the last answer that a failure quotes

bool is_inside(const WaitUntil& wait, const std::vector<std::string>& groups)
{
  if (wait.inside.empty()) {
    return true;
  }
  const auto address = parse_address(groups.size() > 1 ? groups[1] : "");
  const auto* value = std::get_if<IpAddress>(&address);
  return value != nullptr && std::ranges::any_of(wait.inside, [&](const AddressRange& range) {
           return contains(range, *value);
         });
}

bool is_there(const WaitUntil& wait, const CommandResult& answer)
{
  // A failed probe proves nothing, not even absence.
  const auto groups = answer.ok() ? search_pattern(wait.pattern, answer.out) : std::nullopt;
  return groups && is_inside(wait, *groups);
}

/// An answer that waiting will not change.
bool is_final(const CommandResult& answer)
{
  return answer.ended == Ended::not_found || answer.ended == Ended::not_started ||
         search_pattern("\\(Forbidden\\):.* cannot ", answer.err.substr(0, 4096)).has_value();
}

std::string last_answer(const CommandResult& answer)
{
  const std::string& words = answer.err.empty() ? answer.out : answer.err;
  return words.empty() ? "nothing" : std::string(first_bytes(words, k_quoted));
}

class Waiting {
public:
  Waiting(const WaitUntil& wait, const Doing& doing)
      : m_wait(wait),
        m_doing(doing),
        m_watcher(wait.watch, doing.fx, doing.wrote),
        m_started(doing.fx.clock.now())
  {
  }

  StepOutcome go()
  {
    StepOutcome outcome;
    for (;; ++outcome.tries) {
      const auto job = m_doing.fx.runner.start(m_wait.probe);
      while (!job->done() && !m_doing.asked_to_stop() && passed() < m_wait.limit + k_answer) {
        tick(k_tick);
      }
      if (!job->done()) {
        const bool stopped = m_doing.asked_to_stop();
        return stopped
                   ? given_up({.ended = Ended::signalled, .err = "stopped as asked"}, outcome, true)
                   : given_up({.ended = Ended::timed_out, .err = "last answer: none in time"},
                              outcome,
                              false);
      }
      outcome.result = job->result();
      if (is_there(m_wait, outcome.result) || is_final(outcome.result)) {
        outcome.result.took = passed();
        return outcome;
      }
      if (passed() >= m_wait.limit) {
        const std::string said = last_answer(outcome.result);
        return given_up(
            {.ended = Ended::timed_out, .out = outcome.result.out, .err = "last answer: " + said},
            outcome,
            false);
      }
      if (!pause()) {
        return given_up(outcome.result, outcome, m_doing.asked_to_stop());
      }
    }
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
    const std::string why = m_watcher.why();
    m_doing.view.waiting(
        m_doing.step, passed(), m_wait.limit, why.empty() ? m_wait.what : m_wait.what + ": " + why);
  }

  bool pause()
  {
    const milliseconds longest = passed() < k_quick_until ? k_quick : k_slow;
    const milliseconds wanted = m_pauses.next(longest);
    const auto until =
        m_doing.fx.clock.now() + std::min<milliseconds>(wanted, m_wait.limit - passed());
    while (m_doing.fx.clock.now() < until) {
      if (m_doing.asked_to_stop() || m_watcher.hopeless()) {
        return false;
      }
      tick(std::min(k_tick, std::chrono::ceil<milliseconds>(until - m_doing.fx.clock.now())));
    }
    return true;
  }

  StepOutcome given_up(CommandResult result, StepOutcome outcome, bool stopped)
  {
    outcome.result = std::move(result);
    if (outcome.result.ok()) {
      outcome.result.ended = Ended::timed_out; // it answered, but not as promised
    }
    outcome.result.took = passed();
    outcome.stopped = stopped;
    const bool late = outcome.result.ended == Ended::timed_out;
    const auto& why_not = late ? m_watcher.at_end() : m_watcher.hopeless();
    outcome.hopeless = stopped ? std::nullopt : why_not;
    outcome.waited = m_watcher.why();
    outcome.for_pods = late && m_watcher.pods_wait();
    return outcome;
  }

  const WaitUntil& m_wait;
  const Doing& m_doing;
  Watcher m_watcher;
  std::chrono::steady_clock::time_point m_started;
  Pauses m_pauses{};
};

} // namespace

StepOutcome perform(const WaitUntil& wait, const Doing& doing)
{
  return Waiting(wait, doing).go();
}

namespace {

StepOutcome get_once(const HttpGet& get, seconds timeout, const Doing& doing)
{
  const auto started = doing.fx.clock.now();
  const HttpAnswer answer = doing.fx.http.get(get.url, timeout, get.verify_tls);
  StepOutcome outcome;
  outcome.result.out = answer.body;
  if (answer.status == 0) {
    outcome.result = {.exit_code = 1, .err = answer.error};
  } else if (answer.status != 200) {
    outcome.result = {
        .exit_code = 1,
        .err = fmt::format("HTTP {}: {}", answer.status, first_bytes(answer.body, k_quoted))};
  } else if (!get.pattern.empty() && !search_pattern(get.pattern, answer.body)) {
    outcome.result = {.exit_code = 1,
                      .err = "the answer does not hold what it should: " +
                             std::string(first_bytes(answer.body, k_quoted))};
  }
  outcome.result.took = duration_cast<milliseconds>(doing.fx.clock.now() - started);
  return outcome;
}

void pause(milliseconds length, const Doing& doing)
{
  const auto until = doing.fx.clock.now() + length;
  while (doing.fx.clock.now() < until && !doing.asked_to_stop()) {
    doing.fx.runner.poll(k_tick);
  }
}

} // namespace

/// Tries again until the limit: right after a restart the address answers only once kube-proxy has
/// caught up.
StepOutcome perform(const HttpGet& get, const Doing& doing)
{
  const auto end = doing.fx.clock.now() + get.timeout;
  StepOutcome outcome = get_once(get, get.timeout, doing);
  Pauses pauses;
  for (int tries = 2; !outcome.result.ok() && !doing.asked_to_stop(); ++tries) {
    pause(pauses.next(k_quick), doing);
    const auto left = std::chrono::ceil<seconds>(end - doing.fx.clock.now());
    if (left < seconds{1}) {
      break;
    }
    outcome = get_once(get, left, doing);
    outcome.tries = tries;
  }
  return outcome;
}

} // namespace iplease
