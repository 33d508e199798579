// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/report/live_view.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/screen.hpp>
#include <iplease/report/words.hpp>
#include <iplease/report/wrap.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace iplease {
namespace {

constexpr std::array<const char*, 8> k_spinner = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"};
constexpr std::array<const char*, 4> k_spinner_ascii = {"|", "/", "-", "\\"};

/// Column width: aligns names and times if there is room. In a narrow window the text needs it.
std::size_t column(std::size_t size, int window)
{
  constexpr int k_roomy = 60;
  return window < k_roomy ? 0 : size;
}

/// What runs now. The reason of a writing step says what was missing before it, so put the step's
/// verb first: "install: MetalLB is not installed".
std::string doing(const Step& step)
{
  if (step.reason.empty()) {
    return describe(step);
  }
  return writes(step) ? step.id.substr(step.id.find('/') + 1) + ": " + step.reason : step.reason;
}

} // namespace

LiveView::LiveView(Write write, Style style, std::function<int()> width)
    : m_write(std::move(write)),
      m_style(style),
      m_width(std::move(width))
{
}

LiveView::~LiveView()
{
  m_write(cleared());
}

/// Erases the live line. The cursor waits at its start, because a window that became narrower shows
/// the rest on rows below; the terminal's `^C` then lands on the line, not after it.
std::string LiveView::cleared()
{
  return std::exchange(m_drawn, false) ? "\r\x1b[J" : "";
}

void LiveView::draw(const std::string& text)
{
  const auto width = static_cast<std::size_t>(std::max(m_width(), 10));
  const std::string line =
      fit(plain_text(text), width - 1); // in the last column some terminals would wrap
  m_write("\r\x1b[J" + line + "\r");
  m_drawn = true;
}

void LiveView::scroll(const std::string& lines)
{
  m_write(cleared() + on_screen(plain_text(lines),
                                {.colour = m_style.colour,
                                 .ascii = m_style.ascii,
                                 .columns = std::max(m_width(), 10)}));
}

void LiveView::stage_start(const StagePlan& stage, int number, int of)
{
  m_where = fmt::format("{} [{}/{}]", stage.stage, number, of);
  m_step.clear();
  m_stage_line.start(stage, number, of);
}

void LiveView::command_start(const StagePlan&, const Step& step)
{
  m_stage_line.begun(step);
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->ask.empty()) {
    scroll(wait->ask + "\n");
  }
  m_step = step.id;
  draw(fmt::format("{} {:<{}} {}",
                   m_style.ascii ? "|" : k_spinner[0],
                   m_where,
                   column(22, m_width()),
                   doing(step)));
}

void LiveView::waiting(const Step& step,
                       std::chrono::milliseconds elapsed,
                       std::chrono::seconds limit,
                       const std::string& why)
{
  ++m_turn;
  const char* turn = m_style.ascii ? k_spinner_ascii.at(m_turn % k_spinner_ascii.size())
                                   : k_spinner.at(m_turn % k_spinner.size());
  const auto seconds = elapsed.count() / 1000;
  const std::string reason = why.empty() ? doing(step) : why;
  draw(fmt::format("{} {:<{}} {}m{:02}s of {:<{}} {}",
                   turn,
                   m_where,
                   column(22, m_width()),
                   seconds / 60,
                   seconds % 60,
                   human(limit),
                   column(5, m_width()),
                   reason));
}

void LiveView::command_end(const StagePlan&, const Step& step, const CommandResult& result)
{
  m_stage_line.ended(step, result);
  if (!result.ok()) {
    scroll(failed_text(step, result));
  }
}

void LiveView::stage_end(const StagePlan& stage, const StageEnd& end)
{
  const bool ok = end.ok;
  const std::string failed = m_step.empty() ? stage.reason : "stopped in step " + m_step;
  const std::string mark = m_style.ascii ? (ok ? "ok" : "xx") : (ok ? "✔" : "✖");
  const std::string text = fmt::format(" {:<{}} {:>{}} {:{}}{}",
                                       stage.stage,
                                       column(16, m_width()),
                                       human(end.took),
                                       column(6, m_width()),
                                       "",
                                       column(2, m_width()),
                                       !ok                  ? failed
                                       : end.result.empty() ? "done"
                                                            : end.result);
  scroll(mark + text + "\n");
}

void LiveView::problem(const Problem& problem)
{
  scroll("\n" + problem_text(problem, {}, "error", m_stage_line.text()));
}

void LiveView::warning(const Problem& problem)
{
  note(warning_line(problem));
}

void LiveView::note(const std::string& text)
{
  scroll(text + "\n");
}

} // namespace iplease
