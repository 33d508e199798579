// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/kept_plan.hpp>

#include <utility>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

/// Members of one object; empty if absent or of another type.
class Members {
public:
  explicit Members(const Json& object)
      : m_object(object)
  {
  }

  [[nodiscard]] std::string text(const char* key) const
  {
    const Json value = at(key);
    return value.is_string() ? value.get<std::string>() : "";
  }
  [[nodiscard]] bool flag(const char* key) const
  {
    const Json value = at(key);
    return value.is_boolean() && value.get<bool>();
  }
  [[nodiscard]] std::chrono::seconds time(const char* key) const
  {
    const Json value = at(key);
    return std::chrono::seconds{value.is_number_integer() ? value.get<std::int64_t>() : 0};
  }
  [[nodiscard]] std::vector<Json> list(const char* key) const
  {
    const Json value = at(key);
    return value.is_array() ? value.get<std::vector<Json>>() : std::vector<Json>{};
  }
  [[nodiscard]] std::vector<std::string> texts(const char* key) const
  {
    std::vector<std::string> all;
    for (const Json& one : list(key)) {
      all.push_back(one.is_string() ? one.get<std::string>() : "");
    }
    return all;
  }
  [[nodiscard]] Json at(const char* key) const
  {
    return m_object.is_object() ? m_object.value(key, Json()) : Json();
  }
  [[nodiscard]] bool has(const char* key) const { return !at(key).is_null(); }

private:
  const Json& m_object;
};

Command command_of(const Members& from)
{
  Command command{.argv = from.texts("argv"), .timeout = from.time("timeout_s")};
  command.secret_input = from.flag("stdin_secret");
  command.input = from.text(command.secret_input ? "stdin_digest" : "stdin");
  return command;
}

Run run_of(const Members& from)
{
  Run run{.command = command_of(from), .reads_only = from.text("kind") == "read"};
  if (from.has("retry")) {
    run.retry = Retry::webhook;
    run.retry_limit = from.time("retry_limit_s");
  }
  if (from.has("watch")) {
    run.watch = Command{.argv = from.texts("watch")};
  }
  run.unless_there = from.flag("unless_there");
  if (const Json holds = from.at("holds"); !holds.is_null()) {
    run.holds = FileHolds{
        .path = Members(holds).text("path"), .sha256 = Members(holds).text("sha256"), .id = {}};
  }
  return run;
}

FileWrite file_of(const Members& from)
{
  return {.path = from.text("path"),
          .content = from.text("digest"),
          .shown = from.text("diff"),
          .was = from.text("was"),
          .keep_mode = from.text("mode") == "kept"};
}

WaitUntil wait_of(const Members& from)
{
  WaitUntil wait{.probe = command_of(from),
                 .pattern = from.text("pattern"),
                 .limit = from.time("limit_s"),
                 .what = from.text("what"),
                 .warn_only = from.flag("warn_only"),
                 .ask = from.text("ask")};
  for (std::string& range : from.texts("inside")) {
    wait.inside.push_back({.text = std::move(range)});
  }
  return wait;
}

HttpGet get_of(const Members& from)
{
  return {.url = from.text("url"),
          .timeout = from.time("timeout_s"),
          .verify_tls = from.flag("verify_tls"),
          .pattern = from.text("pattern"),
          .warn_only = from.flag("warn_only")};
}

Action action_of(const Members& from)
{
  const std::string kind = from.text("kind");
  if (kind == "write") {
    return file_of(from);
  }
  if (kind == "wait") {
    return wait_of(from);
  }
  if (kind == "http") {
    return get_of(from);
  }
  return run_of(from);
}

Step step_of(const Json& json)
{
  const Members from(json);
  Step step{.id = from.text("id"),
            .reason = from.text("reason"),
            .action = action_of(from),
            .subject = from.text("subject"),
            .before = from.text("before"),
            .expect = from.text("expect"),
            .pays = from.texts("pays"),
            .cleanup = from.flag("cleanup")};
  for (const Json& debt : from.list("owes")) {
    step.owes.push_back({.id = Members(debt).text("id"), .until = Members(debt).text("until")});
  }
  return step;
}

} // namespace

Plan read_plan(const Json& document)
{
  Plan plan;
  for (const Json& json : Members(document).list("stages")) {
    const Members from(json);
    StagePlan stage{.stage = from.text("stage"),
                    .verdict =
                        from.text("verdict") == "needed" ? Verdict::needed : Verdict::satisfied,
                    .reason = from.text("reason"),
                    .change = from.text("change"),
                    .notes = from.texts("notes")};
    for (const Json& step : from.list("steps")) {
      stage.steps.push_back(step_of(step));
    }
    plan.stages.push_back(std::move(stage));
  }
  return plan;
}

} // namespace iplease
