// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/service_proxy.hpp>
#include <iplease/report/wrap.hpp>
#include <iplease/wizard/pages.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease {

namespace {

constexpr std::size_t k_narrow = 60; ///< columns; in narrower windows values are below their keys
constexpr std::size_t k_key_width = 24;
constexpr std::size_t k_name_width = 13;

std::string metallb_text(const MetallbSeen& metallb)
{
  if (metallb.controllers.empty()) {
    return "not installed";
  }
  std::string text = "version " + metallb.version;
  for (const PoolSeen& pool : metallb.pools.value) {
    text += fmt::format(", pool {}: {}", pool.name, fmt::join(pool.addresses, ", "));
  }
  return text;
}

std::string provider_text(const ProviderSeen& provider)
{
  if (!provider.release.found()) {
    return "no Helm release found in akash-services";
  }
  const ReleaseSeen& release = provider.release.value;
  return fmt::format("release {}, chart {}, {}, pod {}",
                     release.name,
                     release.chart_version,
                     release.status,
                     provider.pod_ready ? "ready" : "not ready");
}

std::string values_text(const ProviderSeen& provider)
{
  for (const ValuesFileSeen& file : provider.files) {
    if (file.exists) {
      return file.path;
    }
  }
  return "no file; the release has them";
}

std::string operator_text(const IpOperatorSeen& ip)
{
  if (!ip.release.found()) {
    return "not installed";
  }
  std::string text = "chart " + ip.release.value.chart_version;
  if (ip.available && ip.in_use) {
    text += fmt::format(", {} addresses, {} in use", *ip.available, *ip.in_use);
  }
  return text;
}

std::string nodes_text(const Observation& seen)
{
  const auto ready = std::ranges::count_if(seen.nodes, &NodeSeen::ready);
  return fmt::format("{}, {} of {} {} ready",
                     seen.tools.server,
                     ready,
                     seen.nodes.size(),
                     seen.nodes.size() == 1 ? "node" : "nodes");
}

std::string named_line(const std::string& name, const std::string& text, std::size_t columns)
{
  return columns < k_narrow
             ? wrap("  " + name + ": " + text, columns, 2)
             : wrap(fmt::format("  {:<{}}{}", name, k_name_width, text), columns, k_name_width);
}

std::string setting_line(const SettingRow& row, const std::string& number, std::size_t columns)
{
  const std::string source = "(" + source_text(row.from, row.where) + ")";
  if (columns < k_narrow) {
    return wrap("  " + number + row.key + "\n    " + row.value + "\n    " + source, columns);
  }
  const std::string start = fmt::format("  {:<{}}", number + row.key, k_key_width + number.size());
  const std::string whole = start + row.value + "  " + source;
  if (columns_of(whole) <= columns) {
    return whole + "\n";
  }
  return wrap(start + row.value, columns, start.size() - 2) +
         wrap(std::string(start.size(), ' ') + source, columns);
}

std::string stage_line(const StagePlan& stage, std::size_t columns)
{
  const std::string verb = stage.verdict == Verdict::blocked ? "blocked"
                           : stage.change.empty()            ? "prove"
                                                             : stage.change;
  const std::string line = fmt::format("  {:<16}{:<8}{}", stage.stage, verb, stage.reason);
  return columns < k_narrow
             ? wrap(fmt::format("  {} ({}): {}", stage.stage, verb, stage.reason), columns, 2)
             : wrap(line, columns, 24);
}

} // namespace

std::string found_page(const Observation& seen, const Settings& want, std::size_t columns)
{
  std::string text = wrap(fmt::format("Found on cluster {} (uid {}):",
                                      seen.context.empty() ? "(no context)" : seen.context,
                                      seen.cluster_uid.value),
                          columns,
                          2);
  text += named_line("Kubernetes", nodes_text(seen), columns);
  text += named_line(
      "Tools", fmt::format("kubectl {}, helm {}", seen.tools.kubectl, seen.tools.helm), columns);
  text += named_line("kubeconfig", seen.kubeconfig, columns);
  text += named_line("Provider", provider_text(seen.provider), columns);
  if (!want.provider.address.value.empty()) {
    text += named_line("Address", want.provider.address.value, columns);
  }
  text += named_line("Values", values_text(seen.provider), columns);
  text += named_line("MetalLB", metallb_text(seen.metallb), columns);
  text += named_line("kube-proxy", facts::to_words(facts::service_proxy(seen)), columns);
  return text + named_line("IP operator", operator_text(seen.ip_operator), columns);
}

std::string settings_page(const std::vector<SettingRow>& rows, bool numbered, std::size_t columns)
{
  std::string text = "Settings, and where each comes from:\n";
  std::size_t number = 0;
  for (const SettingRow& row : rows) {
    ++number;
    text += setting_line(row, numbered ? fmt::format("{:>2}) ", number) : "", columns);
  }
  return text;
}

std::string review_page(const Plan& plan, const Observation& seen, std::size_t columns)
{
  std::string text = "The plan:\n";
  std::vector<std::string> right;
  int create = 0;
  int change = 0;
  bool restarts = false;
  for (const StagePlan& stage : plan.stages) {
    if (stage.verdict == Verdict::satisfied) {
      right.push_back(stage.stage);
    } else {
      text += stage_line(stage, columns);
    }
    if (stage.stage == "preflight") {
      for (const std::string& note : stage.notes) {
        text += wrap("    note: " + note, columns, 2);
      }
    }
    create += stage.verdict == Verdict::needed && stage.change == "create" ? 1 : 0;
    change += stage.verdict == Verdict::needed && stage.change == "change" ? 1 : 0;
    restarts = restarts || (stage.stage == "provider" && stage.verdict == Verdict::needed);
  }
  if (!right.empty()) {
    text += wrap(fmt::format("  already right: {}", fmt::join(right, ", ")), columns, 2);
  }
  const std::string uid = seen.cluster_uid.value.substr(0, 8);
  return text +
         wrap(fmt::format("\nReady: {} to create, {} to change on cluster {} ({}).{}",
                          create,
                          change,
                          seen.context,
                          uid,
                          restarts ? " The provider restarts once; bids pause for about a minute."
                                   : " The provider is not restarted."),
              columns);
}

std::string diff_page(const Plan& plan, std::size_t columns)
{
  std::string text;
  for (const StagePlan& stage : plan.stages) {
    if (stage.verdict != Verdict::needed || stage.change.empty()) {
      continue;
    }
    const char* mark = stage.change == "create" ? "+" : "~";
    text += wrap(fmt::format("{} {}: {}", mark, stage.stage, stage.reason), columns, 2);
    for (const std::string& note : stage.notes) {
      text += wrap("    " + note, columns);
    }
    for (const Step& step : stage.steps) {
      if (const auto* file = std::get_if<FileWrite>(&step.action)) {
        text += file->shown;
      }
    }
  }
  return text.empty() ? "nothing is created or changed\n" : text;
}

} // namespace iplease
