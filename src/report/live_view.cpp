// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/report/live_view.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace iplease {
namespace {

constexpr std::array<const char*, 8> k_spinner = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"};
constexpr std::array<const char*, 4> k_spinner_ascii = {"|", "/", "-", "\\"};
constexpr const char* k_green = "32";
constexpr const char* k_red = "31";

/// The width of a column: names and times stand one below the other where there is room, but in a
/// narrow window the words need it.
std::size_t column(std::size_t size, int window)
{
  constexpr int k_roomy = 60;
  return window < k_roomy ? 0 : size;
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
  scroll("", "");
}

std::string LiveView::coloured(const char* code, const std::string& text) const
{
  return m_style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

void LiveView::draw(const std::string& text)
{
  const auto width = static_cast<std::size_t>(std::max(m_width(), 10));
  m_write("\r\x1b[K" +
          fit(plain_text(text), width - 1)); // the last column would wrap on some terminals
  m_drawn = true;
}

void LiveView::scroll(const std::string& mark, const std::string& lines)
{
  m_write((m_drawn ? "\r\x1b[K" : "") + mark + plain_text(lines));
  m_drawn = false;
}

void LiveView::stage_start(const StagePlan& stage, int number, int of)
{
  m_where = fmt::format("{} [{}/{}]", stage.stage, number, of);
  m_stage_line.start(stage, number, of);
}

void LiveView::command_start(const StagePlan&, const Step& step)
{
  m_stage_line.begun(step);
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->ask.empty()) {
    scroll("", wait->ask + "\n");
  }
  draw(fmt::format("{} {:<{}} {}",
                   m_style.ascii ? "|" : k_spinner[0],
                   m_where,
                   column(22, m_width()),
                   describe(step)));
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
  const std::string reason = why.empty() ? step.reason : why;
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
    scroll("", failed_text(step, result));
  }
}

void LiveView::stage_end(const StagePlan& stage, bool ok, std::chrono::milliseconds took)
{
  const std::string mark = m_style.ascii ? (ok ? "ok" : "xx") : (ok ? "✔" : "✖");
  const std::string text = fmt::format(" {:<{}} {:>{}} {:{}}{}",
                                       stage.stage,
                                       column(16, m_width()),
                                       human(took),
                                       column(6, m_width()),
                                       "",
                                       column(2, m_width()),
                                       stage.reason);
  const auto width = static_cast<std::size_t>(std::max(m_width(), 10));
  scroll(coloured(ok ? k_green : k_red, mark), fit(plain_text(text), width - 3) + "\n");
}

void LiveView::problem(const Problem& problem)
{
  scroll("", "\n" + problem_text(problem, {}, "error", m_stage_line.text()));
}

void LiveView::note(const std::string& text)
{
  scroll("", text + "\n");
}

} // namespace iplease
