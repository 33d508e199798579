// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/words.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>

namespace iplease {
namespace {

using Json = nlohmann::ordered_json;
} // namespace

Json or_null(const std::string& name)
{
  return name.empty() ? Json(nullptr) : Json(name);
}

JsonView::JsonView(Write write, const Clock& clock, bool begins)
    : m_write(std::move(write)),
      m_clock(clock)
{
  if (begins) {
    emit("version", fmt::format("iplease {}", k_version), {{"ui", "1.0"}, {"iplease", k_version}});
  }
}

void JsonView::emit(const char* type, const std::string& message, const Json& fields)
{
  Json line = {{"type", type}, {"@message", message}, {"@timestamp", m_clock.wall()}};
  line.update(fields);
  m_write(plain_json(line) + "\n");
}

void JsonView::stage_start(const StagePlan& stage, int number, int of)
{
  m_stage = stage.stage;
  emit("stage_start",
       stage.stage + ": " + stage.reason,
       {{"stage", stage.stage},
        {"number", number},
        {"of", of},
        {"reason", stage.reason},
        {"change", or_null(stage.change)}});
}

void JsonView::command_start(const StagePlan& stage, const Step& step)
{
  m_next_beat = k_beat;
  m_last_why.clear();
  emit("command_start",
       stage.stage + ": " + describe(step),
       {{"stage", stage.stage},
        {"step", step.id},
        {"reason", step.reason},
        {"writes", writes(step)}});
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->ask.empty()) {
    emit("ask", wait->ask, {{"stage", stage.stage}, {"step", step.id}});
  }
}

void JsonView::waiting(const Step& step,
                       std::chrono::milliseconds elapsed,
                       std::chrono::seconds limit,
                       const std::string& why)
{
  if (why == m_last_why && elapsed < m_next_beat) {
    return;
  }
  m_last_why = why;
  m_next_beat = elapsed + k_beat;
  emit("wait",
       fmt::format("{}: waiting {} of {}: {}", m_stage, human(elapsed), human(limit), why),
       {{"stage", m_stage},
        {"step", step.id},
        {"elapsed_ms", elapsed.count()},
        {"limit_s", limit.count()},
        {"why", why}});
}

void JsonView::command_end(const StagePlan& stage, const Step& step, const CommandResult& result)
{
  emit("command_end",
       fmt::format("{}: {} in {}", step.id, result.ok() ? "ok" : "failed", human(result.took)),
       {{"stage", stage.stage},
        {"step", step.id},
        {"ok", result.ok()},
        {"ended", ended_word(result.ended)},
        {"exit", result.exit_code},
        {"took_ms", result.took.count()},
        {"error", result.ok() ? "" : result.err}});
}

void JsonView::stage_end(const StagePlan& stage, const StageEnd& end)
{
  emit("stage_end",
       fmt::format("{}: {} {}", stage.stage, end.ok ? "done in" : "failed after", human(end.took)),
       {{"stage", stage.stage},
        {"ok", end.ok},
        {"took_ms", end.took.count()},
        {"result", end.result}});
}

void JsonView::problem(const Problem& problem)
{
  emit("diagnostic", problem.id + ": " + problem.what, problem_json(problem));
}

void JsonView::warning(const Problem& problem)
{
  Json fields = problem_json(problem, "warning");
  fields.erase("exit"); // it ends nothing
  emit("warning", problem.id + ": " + problem.what, fields);
}

void JsonView::note(const std::string& text)
{
  emit("note", text, Json::object());
}

void JsonView::plan(const Json& plan)
{
  emit("plan", "the plan", {{"plan", plan}});
}

void JsonView::nested(const std::string& message, const Json& document)
{
  emit(document.at("type").get_ref<const std::string&>().c_str(), message, document);
}

void JsonView::result(ExitCode exit, bool changed, const std::string& run)
{
  emit("result",
       fmt::format("exit {}", static_cast<int>(exit)),
       {{"exit", static_cast<int>(exit)}, {"changed", changed}, {"run", or_null(run)}});
}

} // namespace iplease
