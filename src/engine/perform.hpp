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
#include <string>

namespace iplease {

/// How one step went.
struct StepOutcome {
  CommandResult result{};
  int tries = 1;
  bool stopped = false;                 ///< the operator asked to stop
  std::optional<PodTrouble> hopeless{}; ///< a pod will not recover
  std::optional<Problem> refused{};     ///< not started; `result` is void
  std::string waited{};                 ///< its pods, as last seen
  bool for_pods = false;                ///< timed out with pods not ready
};

/// What a step runs with. `base` is the stop level at its start: only a higher one counts, so that
/// a clean-up can run after the first Ctrl-C.
struct Doing {
  const Step& step;
  Effects& fx;
  View& view;
  int base = 0;
  bool wrote = false; ///< this plan wrote something, perhaps in this step
  [[nodiscard]] bool asked_to_stop() const { return fx.stop.level() > base; }
};

/// Polls a read that shows why something waits: one process at a time, soon, then every 6 s.
class Watcher {
public:
  /// If the plan `wrote`, a crash found by the first look counts only after another crash. (The
  /// start time of the container does not help: it comes from another machine's clock.)
  Watcher(const std::optional<Command>& watch, Effects& fx, bool wrote);
  /// Starts and collects reads; call often.
  void move_on();
  /// "0/1 pods ready (...)", with the last line of the init container that they wait for.
  [[nodiscard]] std::string why() const;
  /// Whether the last look saw a pod that is not ready.
  [[nodiscard]] bool pods_wait() const { return m_seen.waits; }
  [[nodiscard]] const std::optional<PodTrouble>& hopeless() const { return m_hopeless; }
  /// Why time ran out: a hopeless pod, or one that the last look saw crash repeatedly.
  [[nodiscard]] const std::optional<PodTrouble>& at_end() const
  {
    return m_hopeless ? m_hopeless : m_crash;
  }

private:
  void look(const CommandResult& result);
  [[nodiscard]] bool met_before(const PodTrouble& trouble) const;
  const std::optional<Command>& m_watch;
  Effects& m_fx;
  bool m_wrote;
  std::unique_ptr<Job> m_job{};
  std::unique_ptr<Job> m_init_job{}; ///< the log of a running init container
  PodsLook m_seen{};
  std::string m_init_line{}; ///< the last line of that log
  std::chrono::steady_clock::time_point m_next;
  bool m_looked = false;
  /// Pods in trouble before this step, which may be about to replace them: UID -> start of the
  /// crashed container, by its node's clock.
  std::map<std::string, std::string> m_old{};
  struct Lasting {
    std::chrono::steady_clock::time_point since;
    std::chrono::steady_clock::time_point last; ///< a crashing program runs in between
  };
  std::map<std::string, Lasting> m_lasting{};
  std::optional<PodTrouble> m_hopeless{};
  std::optional<PodTrouble> m_crash{}; ///< seen by the last look
};

inline constexpr std::chrono::milliseconds k_tick{250}; ///< how often a live line may change

/// The pause before the second, third ... try or look: 0.25 s, doubled each time up to a limit.
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
