// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/report/log.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <utility>

namespace iplease {

class LogView::File {
public:
  explicit File(const std::string& path)
      : m_logger("iplease", std::make_shared<spdlog::sinks::basic_file_sink_st>(path))
  {
    m_logger.set_level(spdlog::level::debug);
    m_logger.flush_on(spdlog::level::debug);
    m_logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
    m_logger.set_error_handler([](const std::string&) {}); // the journal reports a full disk
  }
  /// Plain text, because logs are read on terminals.
  template <typename... Parts>
  void write(spdlog::level::level_enum level, fmt::format_string<Parts...> form, Parts&&... parts)
  {
    m_logger.log(level, plain_text(fmt::format(form, std::forward<Parts>(parts)...)));
  }

private:
  spdlog::logger m_logger;
};

LogView::LogView(View& inner, const std::string& path)
    : m_inner(inner)
{
  try {
    write_private_file(path, "");
    m_file = std::make_unique<File>(path);
  } catch (const EnvironmentError& error) {
    Problem problem = error.problem();
    problem.what = "no debug log: " + problem.what;
    m_inner.warning(problem);
  } catch (const spdlog::spdlog_ex& error) {
    m_inner.note(std::string("no debug log: ") + error.what());
  }
}

LogView::~LogView() = default;

void LogView::stage_start(const StagePlan& stage, int number, int of)
{
  if (m_file) {
    m_file->write(
        spdlog::level::info, "stage {} ({} of {}): {}", stage.stage, number, of, stage.reason);
  }
  m_inner.stage_start(stage, number, of);
}

void LogView::command_start(const StagePlan& stage, const Step& step)
{
  m_last_why.clear();
  if (m_file) {
    m_file->write(spdlog::level::info, "{}: {} ({})", step.id, describe(step), step.reason);
  }
  m_inner.command_start(stage, step);
}

void LogView::waiting(const Step& step,
                      std::chrono::milliseconds elapsed,
                      std::chrono::seconds limit,
                      const std::string& why)
{
  if (m_file && why != m_last_why) {
    m_file->write(
        spdlog::level::debug, "{}: after {} of {}: {}", step.id, human(elapsed), human(limit), why);
    m_last_why = why;
  }
  m_inner.waiting(step, elapsed, limit, why);
}

void LogView::command_end(const StagePlan& stage, const Step& step, const CommandResult& result)
{
  if (m_file) {
    m_file->write(spdlog::level::info,
                  "{}: {} after {}",
                  step.id,
                  result.ok() ? "ok" : "failed",
                  human(result.took));
    for (const std::string* words : {&result.out, &result.err}) {
      if (!words->empty()) {
        m_file->write(spdlog::level::debug, "{}: {}", words == &result.out ? "out" : "err", *words);
      }
    }
  }
  m_inner.command_end(stage, step, result);
}

void LogView::stage_end(const StagePlan& stage, const StageEnd& end)
{
  if (m_file) {
    m_file->write(spdlog::level::info,
                  "stage {}: {} after {}{}",
                  stage.stage,
                  end.ok ? "done" : "failed",
                  human(end.took),
                  end.result.empty() ? "" : ": " + end.result);
  }
  m_inner.stage_end(stage, end);
}

void LogView::problem(const Problem& problem)
{
  if (m_file) {
    m_file->write(spdlog::level::err, "{}", problem_text(problem));
  }
  m_inner.problem(problem);
}

void LogView::warning(const Problem& problem)
{
  if (m_file) {
    m_file->write(spdlog::level::warn, "{}", warning_line(problem));
  }
  m_inner.warning(problem);
}

void LogView::note(const std::string& text)
{
  if (m_file) {
    m_file->write(spdlog::level::warn, "{}", text);
  }
  m_inner.note(text);
}

} // namespace iplease
