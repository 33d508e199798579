// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/kept_plan.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/version.hpp>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

Json command_json(const Command& command)
{
  Json json{{"argv", command.argv}};
  if (command.secret_input) {
    json["stdin_secret"] = true;
    json["stdin_digest"] = fingerprint(command.input);
  } else if (!command.input.empty()) {
    json["stdin"] = command.input;
  }
  json["timeout_s"] = command.timeout.count();
  return json;
}

Json action_json(const Run& run)
{
  Json json = command_json(run.command);
  json["kind"] = run.reads_only ? "read" : "run";
  if (run.retry != Retry::never) {
    json["retry"] = "webhook";
    json["retry_limit_s"] = run.retry_limit.count();
  }
  if (run.unless_there) {
    json["unless_there"] = true;
  }
  if (run.holds) {
    json["holds"] = {{"path", run.holds->path}, {"sha256", run.holds->sha256}};
  }
  if (run.watch) {
    json["watch"] = run.watch->argv;
  }
  return json;
}

Json action_json(const FileWrite& file)
{
  return {{"kind", "write"},
          {"path", file.path},
          {"mode", file.keep_mode ? "kept" : "0600"},
          {"was", file.was},
          {"digest", fingerprint(file.content)},
          {"diff", file.shown}};
}

Json action_json(const WaitUntil& wait)
{
  Json json = command_json(wait.probe);
  json["kind"] = "wait";
  json["what"] = wait.what;
  json["pattern"] = wait.pattern;
  json["limit_s"] = wait.limit.count();
  json["warn_only"] = wait.warn_only;
  if (!wait.ask.empty()) {
    json["ask"] = wait.ask;
  }
  if (!wait.inside.empty()) {
    for (const AddressRange& range : wait.inside) {
      json["inside"].push_back(range.text);
    }
  }
  return json;
}

Json action_json(const HttpGet& get)
{
  return {{"kind", "http"},
          {"url", get.url},
          {"verify_tls", get.verify_tls},
          {"pattern", get.pattern},
          {"warn_only", get.warn_only},
          {"timeout_s", get.timeout.count()}};
}

Json stage_json(const StagePlan& stage)
{
  constexpr const char* verdicts[] = {"satisfied", "needed", "blocked"};
  Json json{{"stage", stage.stage},
            {"verdict", verdicts[static_cast<int>(stage.verdict)]},
            {"reason", stage.reason},
            {"change", or_null(stage.change)},
            {"notes", stage.notes},
            {"problems", Json::array()},
            {"steps", Json::array()}};
  for (const Problem& problem : stage.problems) {
    json["problems"].push_back(problem_json(problem));
  }
  for (const Step& step : stage.steps) {
    json["steps"].push_back(step_json(step));
  }
  if (!stage.kept.empty()) {
    json["kept"] = stage.kept;
  }
  return json;
}

/// A list that nobody gave is null. Other keys have a value even then.
Json value_json(const SettingKey& key, const ShownValue& shown, const SettingRow& row)
{
  if (shown.present) {
    return setting_json(key, shown);
  }
  const bool list = key.type == KeyType::addresses || key.type == KeyType::list;
  return list ? Json(nullptr) : Json(row.value);
}

/// What existed before the run and stays unless something else is asked; `status` compares with it.
Json found_json(const Observation& seen)
{
  Json found{{"avoidBuggyIPs", false}, {"interfaces", Json::array()}, {"releases", Json::array()}};
  for (const PoolSeen& pool : seen.metallb.pools.value) {
    if (pool.name == "default" && pool.name_space == "metallb-system") {
      found["avoidBuggyIPs"] = pool.avoid_buggy_ips;
    }
  }
  for (const AdvertisementSeen& one : seen.metallb.advertisements.value) {
    if (one.name == "l2advertisement1" && one.name_space == "metallb-system") {
      found["interfaces"] = one.interfaces;
    }
  }
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name_space == "metallb-system" || release.name_space == "akash-services") {
      found["releases"].push_back({{"namespace", release.name_space},
                                   {"name", release.name},
                                   {"version", release.chart_version}});
    }
  }
  return found;
}

} // namespace

Json step_json(const Step& step)
{
  Json json{{"id", step.id}, {"reason", step.reason}, {"writes", writes(step)}};
  json.update(std::visit([](const auto& action) { return action_json(action); }, step.action));
  if (!step.subject.empty()) {
    json["subject"] = step.subject;
    json["before"] = step.before;
    json["expect"] = step.expect;
  }
  for (const Debt& debt : step.owes) {
    json["owes"].push_back({{"id", debt.id}, {"until", debt.until}});
  }
  if (!step.pays.empty()) {
    json["pays"] = step.pays;
  }
  if (step.cleanup) {
    json["cleanup"] = true;
  }
  return json;
}

Json stages_json(const Plan& plan)
{
  Json stages = Json::array();
  for (const StagePlan& stage : plan.stages) {
    stages.push_back(stage_json(stage));
  }
  return stages;
}

Json plan_json(const Plan& plan, const Observation& seen, const Settings& want)
{
  Json json{{"type", "plan"},
            {"ui", "1.0"},
            {"iplease", k_version},
            {"assumed", seen.assumed},
            {"cluster",
             {{"uid", or_null(seen.cluster_uid.value)},
              {"context", or_null(seen.context)},
              {"kubeconfig", or_null(seen.kubeconfig)}}},
            {"settings", Json::array()}};
  if (plan.command != "enable") {
    json["command"] = plan.command;
  }
  for (const SettingRow& row : setting_rows(want)) {
    const SettingKey& key = *find_key(row.key);
    const ShownValue shown = shown_setting(key, row.key, want);
    json["settings"].push_back({{"key", row.key},
                                {"value", value_json(key, shown, row)},
                                {"source", row.from},
                                {"where", row.where}});
  }
  json["stages"] = stages_json(plan);
  if (!seen.assumed) {
    json["found"] = found_json(seen);
  }
  json["blocked"] = plan.blocked();
  json["changes"] = plan.changes();
  json["evidence"] = seen.evidence;
  return json;
}

} // namespace iplease
