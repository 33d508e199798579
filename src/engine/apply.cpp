// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/engine/apply.hpp>
#include <iplease/engine/classify.hpp>

#include "perform.hpp"
#include <algorithm>
#include <csignal>

namespace iplease {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr int k_kill = 3; ///< the stop level that starts no clean-up either

class Walk {
public:
  Walk(Effects& fx, Journal& journal, View& view)
      : m_fx(fx),
        m_journal(journal),
        m_view(view)
  {
  }

  Applied go(const Plan& plan)
  {
    int number = 0;
    for (const StagePlan& stage : plan.stages) {
      ++number;
      if (stage.steps.empty()) {
        continue;
      }
      const auto started = m_fx.clock.now();
      m_view.stage_start(stage, number, static_cast<int>(plan.stages.size()));
      const std::size_t proved = m_applied.proofs.size();
      walk(stage);
      const bool ok = !m_applied.problem;
      m_view.stage_end(stage,
                       {.ok = ok,
                        .took = duration_cast<milliseconds>(m_fx.clock.now() - started),
                        .result = words_from(proved)});
      if (!ok) {
        m_view.problem(*m_applied.problem);
        break;
      }
    }
    return m_applied;
  }

private:
  void walk(const StagePlan& stage)
  {
    for (const Step& step : stage.steps) {
      const int level = m_fx.stop.level();
      if (level > 0 && !m_applied.problem) {
        fail(stage, step, {}, stopped_problem());
      }
      if (m_applied.problem && (!step.cleanup || level >= k_kill || m_no_journal)) {
        continue;
      }
      try {
        act(stage, step, level);
      } catch (const EnvironmentError& error) {
        m_no_journal = true; // a step that cannot be recorded must not run
        fail(stage, step, {}, with_catalogue(error.problem()));
      }
    }
  }

  void act(const StagePlan& stage, const Step& step, int level)
  {
    m_journal.begin(stage.stage, step);
    m_view.command_start(stage, step);
    m_applied.commands += writes(step) ? 1 : 0;
    const Doing doing{
        .step = step, .fx = m_fx, .view = m_view, .base = level, .wrote = m_applied.commands > 0};
    const StepOutcome outcome =
        std::visit([&](const auto& action) { return perform(action, doing); }, step.action);
    m_journal.finish(stage.stage, step, outcome.result);
    m_view.command_end(stage, step, outcome.result);
    if (outcome.result.ok()) {
      if (auto proof = proof_of(step, outcome.result)) {
        m_applied.proofs.push_back(std::move(*proof));
      }
      return;
    }
    if (outcome.stopped) {
      fail(stage, step, outcome, stopped_problem());
      return;
    }
    if (outcome.refused) {
      fail(stage, step, outcome, *outcome.refused);
      return;
    }
    Problem problem = outcome.hopeless ? hopeless_problem(step, *outcome.hopeless)
                                       : failed_problem(stage, step, outcome);
    if (warn_only(step)) {
      m_view.warning(problem);
      return;
    }
    fail(stage, step, outcome, std::move(problem));
  }

  /// The proofs from `first` on, as one line.
  [[nodiscard]] std::string words_from(std::size_t first) const
  {
    std::string words;
    for (std::size_t at = first; at < m_applied.proofs.size(); ++at) {
      words += (words.empty() ? "" : ", ") + m_applied.proofs[at].words;
    }
    return words;
  }

  /// Reports only the first failure; a clean-up that fails too stays owed.
  void fail(const StagePlan& stage, const Step& step, const StepOutcome& outcome, Problem problem)
  {
    if (m_applied.problem) {
      problem.what = "clean-up " + step.id + " did not work, and is still owed: " + problem.what;
      m_view.warning(problem);
      return;
    }
    m_applied.exit = problem.exit;
    m_applied.stage = stage.stage;
    m_applied.step = step.id;
    m_applied.result = outcome.result;
    m_applied.tries = outcome.tries;
    m_applied.problem = std::move(problem);
  }

  [[nodiscard]] Problem stopped_problem() const
  {
    const bool interrupt = m_fx.stop.signal_number() == 0 || m_fx.stop.signal_number() == SIGINT;
    return with_catalogue({.id = "IPL-RUN-005",
                           .what = "stopped as asked",
                           .exit = interrupt ? ExitCode::interrupted : ExitCode::terminated});
  }

  /// On a timeout, the pods that the step waited for are the cause, unless the tool names one
  /// outside the step.
  [[nodiscard]] static Problem
  failed_problem(const StagePlan& stage, const Step& step, const StepOutcome& outcome)
  {
    Problem problem = classify_failure(stage, step, outcome.result);
    const bool own = problem.id == step.failure_id || problem.exit == ExitCode::timed_out ||
                     problem.exit == ExitCode::not_verified;
    if (outcome.for_pods && own && !warn_only(step)) {
      problem.cause = "last seen: " + outcome.waited;
    } else if (!outcome.waited.empty()) {
      problem.saw += (problem.saw.empty() ? "" : "\n") + outcome.waited;
    }
    return problem;
  }

  [[nodiscard]] Problem hopeless_problem(const Step& step, const PodTrouble& trouble)
  {
    if (!trouble.container.empty()) {
      return with_catalogue(
          {.id = "IPL-CLU-058",
           .what = "a container crashes again and again, and waiting will not help",
           .saw = trouble.why + last_words(step, trouble),
           .exit = ExitCode::failed});
    }
    return with_catalogue({.id = "IPL-CLU-050",
                           .what = "a pod cannot start, and waiting will not help",
                           .saw = trouble.why,
                           .exit = ExitCode::failed});
  }

  /// The end of the container's log. It may contain secrets that iplease does not know.
  std::string last_words(const Step& step, const PodTrouble& trouble)
  {
    const auto* run = std::get_if<Run>(&step.action);
    const auto* wait = std::get_if<WaitUntil>(&step.action);
    const auto& watch = run != nullptr ? run->watch : wait->watch;
    const CommandResult logs =
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a pod in trouble was being watched
        iplease::run(m_fx.runner, last_words_of(trouble, *watch), &m_fx.stop);
    std::string text = mask_named_secrets(logs.out);
    text.erase(text.find_last_not_of(" \r\n\t") + 1);
    return text.empty() ? "; its log is empty" : "; its log ends:\n" + text;
  }

  static bool warn_only(const Step& step)
  {
    const auto* wait = std::get_if<WaitUntil>(&step.action);
    const auto* get = std::get_if<HttpGet>(&step.action);
    return (wait != nullptr && wait->warn_only) || (get != nullptr && get->warn_only);
  }

  Effects& m_fx;
  Journal& m_journal;
  View& m_view;
  Applied m_applied{};
  bool m_no_journal = false;
};

} // namespace

Applied apply(const Plan& plan, Effects& effects, Journal& journal, View& view)
{
  return Walk(effects, journal, view).go(plan);
}

std::string outcome_of(const Applied& applied)
{
  if (applied.exit == ExitCode::interrupted || applied.exit == ExitCode::terminated) {
    return "interrupted";
  }
  return applied.problem ? "failed" : "done";
}

} // namespace iplease
