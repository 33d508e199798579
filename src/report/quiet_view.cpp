// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/quiet_view.hpp>

#include <utility>

namespace iplease {

QuietView::QuietView(Write write)
    : m_write(std::move(write))
{
}

void QuietView::stage_start(const StagePlan& stage, int number, int of)
{
  m_stage_line.start(stage, number, of);
}

void QuietView::command_start(const StagePlan&, const Step& step)
{
  m_stage_line.begun(step);
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->ask.empty()) {
    m_write(wait->ask + "\n"); // the run waits until somebody does it
  }
}

void QuietView::command_end(const StagePlan&, const Step& step, const CommandResult& result)
{
  m_stage_line.ended(step, result);
  if (!result.ok()) {
    m_write(failed_text(step, result));
  }
}

void QuietView::problem(const Problem& problem)
{
  m_write("\n" + problem_text(problem, {}, "error", m_stage_line.text()));
}

void QuietView::warning(const Problem& problem)
{
  note(warning_line(problem));
}

void QuietView::note(const std::string& text)
{
  m_write(text + "\n");
}

} // namespace iplease
