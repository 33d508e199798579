// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/secret.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {

namespace {

std::string indented(const std::string& text, const std::string& before)
{
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += before + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

std::string mark_of(const StagePlan& stage)
{
  if (stage.verdict == Verdict::blocked) {
    return "!";
  }
  if (stage.verdict == Verdict::satisfied) {
    return "=";
  }
  return stage.change == "create" ? "+" : stage.change == "delete" ? "-" : "~";
}

std::string verdict_of(const StagePlan& stage)
{
  if (stage.verdict == Verdict::blocked) {
    return "blocked";
  }
  if (stage.verdict == Verdict::satisfied) {
    return "satisfied";
  }
  return stage.change.empty() ? "prove" : stage.change;
}

std::string action_text(const Run& run)
{
  std::string text =
      run.holds ? "      if " + run.holds->path + " still holds what is planned\n" : "";
  text += "      $ " + shell_line(run.command.argv) + "\n";
  if (run.command.secret_input) {
    text += fmt::format("        | ({} on standard input)\n", k_masked);
  } else {
    text += indented(run.command.input, "        | ");
  }
  return text;
}

std::string action_text(const FileWrite& file)
{
  return "      write " + file.path +
         (file.keep_mode ? " (mode stays, backup beside it)\n" : " (0600, backup beside it)\n") +
         indented(file.shown, "        ");
}

std::string action_text(const WaitUntil& wait)
{
  return fmt::format("{}      wait up to {}s for {}\n      $ {}\n",
                     wait.ask.empty() ? "" : "      " + wait.ask + "\n",
                     wait.limit.count(),
                     wait.what,
                     shell_line(wait.probe.argv));
}

std::string action_text(const HttpGet& get)
{
  return fmt::format("      GET {} ({}s, certificate {}verified)\n",
                     get.url,
                     get.timeout.count(),
                     get.verify_tls ? "" : "not ");
}

std::string stage_text(const StagePlan& stage)
{
  std::string text = fmt::format(
      "  {} {:<16} {:<10} {}\n", mark_of(stage), stage.stage, verdict_of(stage), stage.reason);
  for (const std::string& note : stage.notes) {
    text += "      note: " + note + "\n";
  }
  for (const std::string& kept : stage.kept) {
    text += "      stays: " + kept + "\n";
  }
  for (const Problem& raw : stage.problems) {
    const Problem problem = with_catalogue(raw);
    text += fmt::format("      {}: {}\n", problem.id, problem.what);
    if (!problem.saw.empty()) {
      text += indented(problem.saw, "        saw   ");
    }
    text += indented(problem.cause, "        cause ") + indented(problem.fix, "        fix   ");
  }
  for (const Step& step : stage.steps) {
    text += fmt::format("      # {}: {}\n", step.id, step.reason);
    text += std::visit([](const auto& action) { return action_text(action); }, step.action);
    for (const Debt& debt : step.owes) {
      text += fmt::format("        owes {} until {}\n", debt.id, debt.until);
    }
  }
  return text;
}

std::string settings_text(const Settings& want)
{
  const std::vector<SettingRow> rows = setting_rows(want);
  constexpr std::size_t widest = 52;
  std::size_t width = 0;
  for (const SettingRow& row : rows) {
    width = std::max(width, std::min(row.value.size(), widest));
  }
  std::string text = fmt::format("  {:<25} {:<{}}  {}\n", "Settings", "", width, "from");
  for (const SettingRow& row : rows) {
    text += fmt::format(
        "    {:<23} {:<{}}  {}\n", row.key, row.value, width, source_text(row.from, row.where));
  }
  return text;
}

std::string summary(const Plan& plan)
{
  int create = 0;
  int change = 0;
  int deleted = 0;
  int satisfied = 0;
  int blocked = 0;
  int commands = 0;
  for (const StagePlan& stage : plan.stages) {
    create += stage.verdict == Verdict::needed && stage.change == "create" ? 1 : 0;
    change += stage.verdict == Verdict::needed && stage.change == "change" ? 1 : 0;
    deleted += stage.verdict == Verdict::needed && stage.change == "delete" ? 1 : 0;
    satisfied += stage.verdict == Verdict::satisfied ? 1 : 0;
    blocked += stage.verdict == Verdict::blocked ? 1 : 0;
    commands += static_cast<int>(std::count_if(stage.steps.begin(), stage.steps.end(), writes));
  }
  std::string text = fmt::format(
      "Plan: {} create, {} change, {} delete, {} satisfied", create, change, deleted, satisfied);
  if (blocked > 0) {
    text += fmt::format(", {} blocked", blocked);
  }
  return text + fmt::format(" · {} writing commands\n", commands);
}

} // namespace

std::string plan_text(const Plan& plan, const Observation& seen, const Settings& want)
{
  std::string text;
  if (seen.assumed) {
    text = "Plan · no cluster was looked at\n"
           "  assumed: one kubeadm control-plane node, kube-proxy in its default mode (iptables), "
           "no MetalLB, Helm 3, provider chart 19.0.2, provider values with the required keys\n\n";
  } else {
    const std::string& chart = seen.provider.release.value.chart;
    text = fmt::format("{} · cluster {} (uid {}) · {}{}\n\n",
                       plan.command == "undo" ? "Undo" : "Plan",
                       seen.context,
                       seen.cluster_uid.found() ? seen.cluster_uid.value : "unknown",
                       want.provider.release.value,
                       chart.empty() ? "" : " " + chart);
  }
  text += plan.command == "undo" ? "" : settings_text(want) + "\n";
  for (const StagePlan& stage : plan.stages) {
    text += stage_text(stage);
  }
  return text + "\n" + summary(plan);
}

} // namespace iplease
