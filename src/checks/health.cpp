// SPDX-License-Identifier: Apache-2.0
#include "health.hpp"

#include <iplease/facts/metallb.hpp>

#include "../stages/metallb.hpp"
#include "../stages/subjects.hpp"
#include <algorithm>
#include <cstdlib>

namespace iplease::checks {

std::string evidence(const Facts& facts, Extra extra, const std::string& part)
{
  const std::string& command = facts.more.read(extra).command;
  return command.empty() ? part : "$ " + command + (part.empty() ? "" : "\n" + part);
}

std::optional<Finding> unreadable(const Facts& facts, Extra extra)
{
  const ExtraRead& read = facts.more.read(extra);
  if (read.answer.look == Look::not_looked) {
    return could_not_look("it was not looked at");
  }
  if (read.answer.look == Look::forbidden) {
    Finding finding = could_not_look("it may not be read");
    finding.saw = evidence(facts, extra, read.answer.why);
    return finding;
  }
  return std::nullopt;
}

bool controller_ready(const Observation& seen)
{
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  return controller != nullptr && controller->ready > 0;
}

bool expose_right(const Observation& seen)
{
  return expose_state(seen) == "right" && seen.metallb.expose_endpoints > 0;
}

std::string metrics_fault(const Facts& facts)
{
  if (!controller_ready(facts.seen)) {
    return "IPL-MLB-020";
  }
  if (!facts::metallb(facts.seen).value.plain_metrics) {
    return "IPL-MLB-006";
  }
  if (!expose_right(facts.seen)) {
    return facts.seen.metallb.expose.found() ? "IPL-MLB-025" : "IPL-MLB-023";
  }
  const Look look = facts.more.read(Extra::metrics).answer.look;
  return look == Look::seen || look == Look::not_looked || look == Look::forbidden ? ""
                                                                                   : "IPL-MLB-005";
}

bool dns_is_down(const Facts& facts)
{
  const auto& endpoints = facts.more.dns_endpoints;
  return !endpoints.empty() &&
         std::ranges::all_of(endpoints, [](const auto& service) { return service.second == 0; });
}

bool operator_answers(const Observation& seen)
{
  return seen.ip_operator.usage_text.found() && seen.ip_operator.available.has_value();
}

std::string operator_fault(const Facts& facts)
{
  const IpOperatorSeen& ip = facts.seen.ip_operator;
  if (!ip.deployment.found()) {
    return "IPL-IPO-010";
  }
  if (ip.deployment.value.ready == 0) {
    return "IPL-IPO-012";
  }
  if (ip.service.empty()) {
    return "IPL-IPO-021";
  }
  if (operator_answers(facts.seen)) {
    return "";
  }
  return ip.barrier ? "IPL-IPO-015" : !ip.usage_text.value.empty() ? "IPL-IPO-066" : "IPL-IPO-016";
}

bool pod_runs(const Observation& seen)
{
  const Seen<std::string>& environment = seen.provider.env_ip_operator;
  return seen.provider.pod_revision.found() &&
         (environment.look != Look::failed || seen.provider.pod_ready);
}

std::string waiting_pods(const std::vector<PodFact>& pods,
                         const std::map<std::string, std::string>& labels)
{
  std::string text;
  for (const PodFact& pod : pods) {
    const bool ours = std::ranges::all_of(labels, [&](const auto& one) {
      const auto label = pod.labels.find(one.first);
      return label != pod.labels.end() && label->second == one.second;
    });
    if (ours && !pod.ready) {
      text += (text.empty() ? "" : "\n") + pod.name + ": " +
              (pod.waiting.empty() ? "not Ready" : pod.waiting) +
              (pod.restarts > 0 ? ", " + std::to_string(pod.restarts) + " restarts" : "");
    }
  }
  return text;
}

std::string last_line_with(std::string_view log, std::string_view part)
{
  const std::size_t at = log.rfind(part);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::size_t before = log.rfind('\n', at);
  const std::size_t from = before == std::string_view::npos ? 0 : before + 1;
  return std::string(log.substr(from, log.find('\n', at) - from));
}

std::optional<double> metric(std::string_view text, const std::string& series)
{
  const std::string line = last_line_with(text, series + " ");
  if (!line.starts_with(series)) {
    return std::nullopt;
  }
  return std::strtod(line.c_str() + series.size(), nullptr);
}

} // namespace iplease::checks
