// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/engine/pods.hpp>
#include <iplease/engine/view.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace iplease {

/// How one step went.
struct StepOutcome {
  CommandResult result{};
  int tries = 1;
  bool stopped = false;                 ///< given up because the operator asked
  std::optional<PodTrouble> hopeless{}; ///< given up because a pod will not heal
  std::optional<Problem> refused{};     ///< not even started; the result is void
};

/// What a step is performed with. `base` is the stop level at its start: only a higher one counts,
/// so that a clean-up can run after the first Ctrl-C.
struct Doing {
  const Step& step;
  Effects& fx;
  View& view;
  int base = 0;
  [[nodiscard]] bool asked_to_stop() const { return fx.stop.level() > base; }
};

/// Polls a read that tells why something waits: one process at a time, every 3 s.
class Watcher {
public:
  Watcher(const std::optional<Command>& watch, Effects& fx);
  /// Starts and collects; call often.
  void move_on();
  [[nodiscard]] const std::string& why() const { return m_why; }
  [[nodiscard]] const std::optional<PodTrouble>& hopeless() const { return m_hopeless; }
  /// Why time ran out: a hopeless pod, or one that the last look saw crash again and again.
  [[nodiscard]] const std::optional<PodTrouble>& at_end() const
  {
    return m_hopeless ? m_hopeless : m_crash;
  }

private:
  void look(const CommandResult& result);

  const std::optional<Command>& m_watch;
  Effects& m_fx;
  std::unique_ptr<Job> m_job{};
  std::chrono::steady_clock::time_point m_next;
  bool m_looked = false;
  std::string m_why{};
  std::set<std::string>
      m_old{}; ///< pods in trouble before us: perhaps what we are about to replace
  struct Lasting {
    std::chrono::steady_clock::time_point since;
    std::chrono::steady_clock::time_point last; ///< a program that crashes runs in between
  };
  std::map<std::string, Lasting> m_lasting{};
  std::optional<PodTrouble> m_hopeless{};
  std::optional<PodTrouble> m_crash{}; ///< of the last look
};

inline constexpr std::chrono::milliseconds k_tick{250}; ///< how often a live line may move

/// How long to pause before the second, third ... try or look: 0.25 s, then twice as long each
/// time, up to a bound.
class Pauses {
public:
  [[nodiscard]] std::chrono::milliseconds next(std::chrono::milliseconds longest)
  {
    const std::chrono::milliseconds now = std::min(m_next, longest);
    m_next = 2 * now;
    return now;
  }

private:
  std::chrono::milliseconds m_next{250};
};

[[nodiscard]] StepOutcome perform(const Run& run, const Doing& doing);
[[nodiscard]] StepOutcome perform(const FileWrite& file, const Doing& doing);
[[nodiscard]] StepOutcome perform(const WaitUntil& wait, const Doing& doing);
[[nodiscard]] StepOutcome perform(const HttpGet& get, const Doing& doing);

} // namespace iplease
