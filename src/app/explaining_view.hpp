// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/view.hpp>

#include <functional>
#include <utility>

namespace iplease {

/// Forwards to another view, but rewrites problems with `explain`, if given.
class ExplainingView final : public View {
public:
  using Explain = std::function<Problem(const Problem&)>;
  ExplainingView(View& inner, Explain explain)
      : m_inner(inner),
        m_explain(std::move(explain))
  {
  }
  void stage_start(const StagePlan& stage, int number, int of) override
  {
    m_inner.stage_start(stage, number, of);
  }
  void command_start(const StagePlan& stage, const Step& step) override
  {
    m_inner.command_start(stage, step);
  }
  void waiting(const Step& step,
               std::chrono::milliseconds elapsed,
               std::chrono::seconds limit,
               const std::string& why) override
  {
    m_inner.waiting(step, elapsed, limit, why);
  }
  void command_end(const StagePlan& stage, const Step& step, const CommandResult& result) override
  {
    m_inner.command_end(stage, step, result);
  }
  void stage_end(const StagePlan& stage, const StageEnd& end) override
  {
    m_inner.stage_end(stage, end);
  }
  void problem(const Problem& problem) override
  {
    m_inner.problem(m_explain ? m_explain(problem) : problem);
  }
  void warning(const Problem& problem) override { m_inner.warning(problem); }
  void note(const std::string& text) override { m_inner.note(text); }

private:
  View& m_inner;
  Explain m_explain;
};

} // namespace iplease
