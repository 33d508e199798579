// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/cluster/status_reads.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/facts/provider.hpp>

#include "asker.hpp"
#include <algorithm>
#include <string_view>

namespace iplease {

namespace {

// A hung provider accepts the connection and says nothing. A slow one answers within this.
constexpr std::chrono::seconds k_provider_limit{10};
constexpr std::chrono::seconds k_limit{20};

/// Both templates end with this; without it the answer was cut.
constexpr std::string_view k_end = "end\n";
constexpr const char* k_layer2_path =
    "jsonpath={range .items[*]}{.status.serviceNamespace}{\"\\t\"}{.status.serviceName}{\"\\t\"}"
    "{.status.node}{\"\\n\"}{end}{\"end\\n\"}";
constexpr const char* k_events_path =
    "jsonpath={range .items[*]}{.involvedObject.namespace}{\"\\t\"}{.involvedObject.name}{\"\\t\"}"
    "{.message}{\"\\t\"}{.lastTimestamp}{\"\\t\"}{.reason}{\"\\t\"}{.involvedObject.uid}{\"\\n\"}{"
    "end}{\"end\\n\"}";

/// From `announcing from node "node1" with protocol "layer2"` (MetalLB, speaker/main.go).
std::string node_of(std::string_view message)
{
  constexpr std::string_view start = "announcing from node \"";
  const std::size_t at = message.find(start);
  if (at == std::string_view::npos) {
    return std::string(message);
  }
  const std::string_view rest = message.substr(at + start.size());
  return std::string(rest.substr(0, rest.find('"')));
}

Seen<std::vector<Announcement>> announcements(const CommandResult& answer)
{
  Seen<std::vector<Announcement>> seen{.look = classify(answer), .why = why(answer)};
  // A MetalLB without this kind is an answer, not a failure.
  if (answer.err.find("the server doesn't have a resource type") != std::string::npos) {
    seen.look = Look::absent;
  }
  if (!seen.found()) {
    return seen;
  }
  if (answer.truncated || !answer.out.ends_with(k_end)) {
    return {.look = Look::failed, .why = "kubectl's answer was cut before its end"};
  }
  for (const std::string_view line : split(answer.out, '\n')) {
    const std::vector<std::string_view> fields = split(line, '\t');
    if (fields.size() < 3 || fields[1].empty()) {
      continue;
    }
    const std::string_view reason = fields.size() > 4 ? fields[4] : "nodeAssigned";
    if (reason != "nodeAssigned" && reason != "announceFailed") {
      continue;
    }
    seen.value.push_back({.name_space = std::string(fields[0]),
                          .service = std::string(fields[1]),
                          .node = node_of(fields[2]),
                          .time = fields.size() > 3 ? std::string(fields[3]) : std::string{},
                          .failed = reason == "announceFailed",
                          .uid = fields.size() > 5 ? std::string(fields[5]) : std::string{}});
  }
  std::ranges::stable_sort(seen.value, std::ranges::greater{}, &Announcement::time);
  return seen;
}

} // namespace

namespace {

Command events_command(const Target& target)
{
  return kubectl(target,
                 {"--request-timeout=15s",
                  "get",
                  "events",
                  "--all-namespaces",
                  "--field-selector",
                  "involvedObject.kind=Service",
                  "-o",
                  k_events_path},
                 k_limit);
}

Command layer2_command(const Target& target)
{
  return kubectl(target,
                 {"--request-timeout=15s",
                  "get",
                  "servicel2statuses.metallb.io",
                  "--all-namespaces",
                  "-o",
                  k_layer2_path},
                 k_limit);
}

} // namespace

StatusReads read_status(const Observation& seen, const Settings& want, Runner& runner)
{
  const Target target = target_of(seen, want);
  StatusReads reads;
  Asker asker;
  asker.ask(layer2_command(target),
            [&](const CommandResult& answer) { reads.layer2 = announcements(answer); });
  asker.ask(events_command(target),
            [&](const CommandResult& answer) { reads.events = announcements(answer); });
  if (seen.provider.stateful_set.found()) {
    const std::string service = facts::provider_names(seen, want).status();
    asker.ask(
        kubectl(target,
                {"get", "--raw", service_proxy("akash-services", service, "status")},
                k_provider_limit),
        [&](const CommandResult& answer) { reads.provider_status = status_of_provider(answer); });
  }
  if (seen.ip_operator.deployment.found() && !seen.ip_operator.service.empty()) {
    asker.ask(kubectl(target,
                      {"get",
                       "--raw",
                       service_proxy("akash-services", seen.ip_operator.service, "ignored-leases")},
                      k_provider_limit),
              [&](const CommandResult& answer) { reads.ignored = ignored_leases(answer); });
  }
  asker.hear(runner);
  return reads;
}

} // namespace iplease
