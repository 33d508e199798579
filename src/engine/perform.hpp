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
  bool stopped = false;                 ///< given up because the operator asked
  std::optional<PodTrouble> hopeless{}; ///< given up because a pod will not heal
  std::optional<Problem> refused{};     ///< not even started; the result is void
  std::string waited{};                 ///< how its pods were, as last seen
  bool for_pods = false;                ///< time ran out, and some of them were not ready
};

/// What a step is performed with. `base` is the stop level at its start: only a higher one counts,
/// so that a clean-up can run after the first Ctrl-C.
struct Doing {
  const Step& step;
  Effects& fx;
  View& view;
  int base = 0;
  bool wrote = false; ///< whether this plan wrote anything yet, this step included
  [[nodiscard]] bool asked_to_stop() const { return fx.stop.level() > base; }
};

/// Polls a read that tells why something waits: one process at a time, soon, then every 6 s.
class Watcher {
public:
  /// Where the plan `wrote`, a crash that the first look met is not its result until there is
  /// another one. (Whether the container was started before the plan wrote is not asked: that
  /// would compare the clocks of two machines.)
  Watcher(const std::optional<Command>& watch, Effects& fx, bool wrote);
  /// Starts and collects; call often.
  void move_on();
  /// "0/1 pods ready (...)", with the last line of an init container that they wait for.
  [[nodiscard]] std::string why() const;
  /// Whether the last look saw a pod that is not ready.
  [[nodiscard]] bool pods_wait() const { return m_seen.waits; }
  [[nodiscard]] const std::optional<PodTrouble>& hopeless() const { return m_hopeless; }
  /// Why time ran out: a hopeless pod, or one that the last look saw crash again and again.
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
  std::unique_ptr<Job> m_init_job{}; ///< the log of an init container that runs
  PodsLook m_seen{};
  std::string m_init_line{}; ///< the last one of that log
  std::chrono::steady_clock::time_point m_next;
  bool m_looked = false;
  /// Pods in trouble before us, perhaps what we are about to replace, by UID; and when the
  /// container that had crashed was started, as its node says.
  std::map<std::string, std::string> m_old{};
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
