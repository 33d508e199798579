// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/status/status.hpp>

#include <algorithm>
#include <string_view>

namespace iplease {

namespace {

// A provider that hangs accepts the connection and says nothing; this is long enough for a slow
// one.
constexpr std::chrono::seconds k_provider_limit{10};
constexpr std::chrono::seconds k_limit{20};

constexpr const char* k_layer2_path =
    "jsonpath={range .items[*]}{.status.serviceNamespace}{\"\\t\"}{.status.serviceName}{\"\\t\"}"
    "{.status.node}{\"\\n\"}{end}";
constexpr const char* k_events_path =
    "jsonpath={range .items[*]}{.involvedObject.namespace}{\"\\t\"}{.involvedObject.name}{\"\\t\"}"
    "{.message}{\"\\t\"}{.lastTimestamp}{\"\\t\"}{.reason}{\"\\t\"}{.involvedObject.uid}{\"\\n\"}{"
    "end}";

std::vector<std::string_view> split(std::string_view text, char at)
{
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(at, from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

/// `announcing from node "node1" with protocol "layer2"` (MetalLB, speaker/main.go).
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
  // A kind that this MetalLB does not have is an answer, not a failure.
  if (answer.err.find("the server doesn't have a resource type") != std::string::npos) {
    seen.look = Look::absent;
  }
  if (!seen.found()) {
    return seen;
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

std::vector<Command> status_commands(const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  std::vector<Command> commands{kubectl(target,
                                        {"--request-timeout=15s",
                                         "get",
                                         "servicel2statuses.metallb.io",
                                         "--all-namespaces",
                                         "-o",
                                         k_layer2_path},
                                        k_limit),
                                kubectl(target,
                                        {"--request-timeout=15s",
                                         "get",
                                         "events",
                                         "--all-namespaces",
                                         "--field-selector",
                                         "involvedObject.kind=Service",
                                         "-o",
                                         k_events_path},
                                        k_limit)};
  if (seen.provider.stateful_set.found()) {
    commands.push_back(
        kubectl(target,
                {"get",
                 "--raw",
                 service_proxy("akash-services",
                               "https:" + provider_full_name(want.provider.release.value) + ":8443",
                               "status")},
                k_provider_limit));
  }
  return commands;
}

StatusReads read_status_answers(const std::vector<CommandResult>& answers)
{
  StatusReads reads;
  if (answers.size() < 2) {
    return reads;
  }
  reads.layer2 = announcements(answers[0]);
  reads.events = announcements(answers[1]);
  if (answers.size() > 2) {
    reads.provider_status = {
        .look = classify(answers[2]), .value = answers[2].out, .why = why(answers[2])};
    if (reads.provider_status.found() && answers[2].out.find("\"cluster\"") == std::string::npos) {
      reads.provider_status.look = Look::failed;
      reads.provider_status.why = "it is not a provider's status";
    }
  }
  return reads;
}

} // namespace iplease
