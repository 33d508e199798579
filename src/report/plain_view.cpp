// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/ended.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {
namespace {

constexpr std::size_t k_quoted_lines = 20;

std::string barred(const std::string& text)
{
  std::string lines;
  std::size_t count = 0;
  for (std::size_t from = 0; from < text.size() && count < k_quoted_lines; ++count) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines += "  | " + text.substr(from, end - from) + "\n";
    from = end + 1;
  }
  return lines;
}

} // namespace

std::string describe(const Step& step)
{
  if (const auto* run = std::get_if<Run>(&step.action)) {
    return fmt::format(
        "$ {} (limit {})", shell_line(run->command.argv), human(run->command.timeout));
  }
  if (const auto* file = std::get_if<FileWrite>(&step.action)) {
    return "write " + file->path;
  }
  if (const auto* wait = std::get_if<WaitUntil>(&step.action)) {
    const std::string what = wait->what.empty() ? shell_line(wait->probe.argv) : wait->what;
    return fmt::format("wait for: {} (limit {})", what, human(wait->limit));
  }
  return "GET " + std::get<HttpGet>(step.action).url;
}

std::string failed_text(const Step& step, const CommandResult& result)
{
  const std::string& words = result.err.empty() ? result.out : result.err;
  return fmt::format("command failed after {}: {}  {}\n{}",
                     human(result.took),
                     describe(step),
                     ended_words(result),
                     barred(words));
}

PlainView::PlainView(Write write, const Clock& clock, Style style)
    : m_write(std::move(write)),
      m_clock(clock),
      m_style(style)
{
}

void PlainView::line(const std::string& text)
{
  const std::string time = m_clock.wall().substr(11, 8) + "Z";
  m_write(m_where.empty() ? fmt::format("{} {}\n", time, text)
                          : fmt::format("{} {}: {}\n", time, m_where, text));
}

void PlainView::stage_start(const StagePlan& stage, int number, int of)
{
  m_where = fmt::format("[{}/{}] {}", number, of, stage.stage);
  m_stage_line.start(stage, number, of);
}

void PlainView::command_start(const StagePlan&, const Step& step)
{
  m_stage_line.begun(step);
  m_next_beat = k_beat;
  m_last_why.clear();
  m_waited = false;
  if (writes(step)) {
    line(describe(step));
  }
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->ask.empty()) {
    line(wait->ask);
  }
}

void PlainView::waiting(const Step& step,
                        std::chrono::milliseconds elapsed,
                        std::chrono::seconds limit,
                        const std::string& why)
{
  // A new reason is printed at once; the first one, right after the start, is not.
  const bool news = m_waited && !why.empty() && why != m_last_why;
  m_last_why = why;
  m_waited = true;
  if (elapsed < m_next_beat && !news) {
    return;
  }
  m_next_beat = elapsed + k_beat;
  const std::string reason = why.empty() ? step.reason : why;
  const std::string tail = reason.empty() ? "" : ": " + reason;
  line(m_style.accessible
           ? fmt::format("Still working, {} of at most {}{}.", human(elapsed), human(limit), tail)
           : fmt::format("waiting {} of {}{}", human(elapsed), human(limit), tail));
}

void PlainView::command_end(const StagePlan&, const Step& step, const CommandResult& result)
{
  m_stage_line.ended(step, result);
  if (!result.ok()) {
    m_write(failed_text(step, result));
  }
}

void PlainView::stage_end(const StagePlan&, const StageEnd& end)
{
  line((end.ok ? "done in " : "failed after ") + human(end.took) +
       (end.ok && !end.result.empty() ? ": " + end.result : ""));
  m_where.clear();
}

void PlainView::problem(const Problem& problem)
{
  m_write("\n" + problem_text(problem, {}, "error", m_stage_line.text()));
}

void PlainView::warning(const Problem& problem)
{
  note(warning_line(problem));
}

void PlainView::note(const std::string& text)
{
  line(text);
}

} // namespace iplease
