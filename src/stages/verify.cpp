// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "support.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_name = "iplease-verify";

std::vector<std::string> delete_words()
{
  return {"--namespace", k_akash_ns, "delete", "service", k_name, "--ignore-not-found"};
}

Step remove_leftover(const Target& target)
{
  return {.id = "verify/leftover",
          .reason = "an earlier verification left its Service",
          .action = Run{.command = kubectl(target, delete_words())}};
}

/// Events outlive their Service for an hour, and a Service of the same name would find them.
Step forget_events(const Target& target)
{
  return {.id = "verify/forget-events",
          .reason = "events of an earlier verification must not be taken for this one's",
          .action = Run{.command = kubectl(target,
                                           {"--namespace",
                                            k_akash_ns,
                                            "delete",
                                            "events",
                                            "--field-selector",
                                            std::string("involvedObject.name=") + k_name,
                                            "--ignore-not-found"})}};
}

Step create_service(const Observation& seen, const Target& target)
{
  std::map<std::string, std::string> selector{{"app", "akash-provider"}};
  if (seen.provider.stateful_set.found() && !seen.provider.stateful_set.value.selector.empty()) {
    selector = seen.provider.stateful_set.value.selector;
  }
  const std::string manifest =
      fill_template(template_text("verify_service"),
                    {{"namespace", k_akash_ns}, {"port", 8443}, {"selector", selector}});
  return {
      .id = "verify/create",
      .reason =
          "a temporary LoadBalancer Service before the provider's own pod (8443, public already)",
      .action = Run{.command = kubectl_apply(target, manifest)},
      .subject = "service/iplease-verify",
      .before = "absent",
      .expect = "present",
      .owes = {{.id = "remove-verify-service",
                .until = "Service akash-services/iplease-verify is gone"}}};
}

Step wait_address(const Target& target, const Settings& want)
{
  return {.id = "verify/address",
          .reason = "one address, inside the pool",
          .action =
              WaitUntil{.probe = kubectl_jsonpath(target,
                                                  {"--namespace", k_akash_ns, "service", k_name},
                                                  "{.status.loadBalancer.ingress[*].ip}"),
                        .pattern = "^([0-9.]+)$",
                        .inside = want.pool.addresses.value,
                        .limit = want.timeout("verify"),
                        .what = "an address for the temporary Service"},
          .failure_id = "IPL-VER-001"};
}

/// An event of the temporary Service, as MetalLB writes it.
struct EventWait {
  std::string id{};
  std::string pattern{}; ///< of "REASON MESSAGE"
  std::string what{};
  std::string failure{};
};

Step wait_event(const Target& target, const Settings& want, const EventWait& event)
{
  return {.id = event.id,
          .reason = event.what,
          .action = WaitUntil{.probe = kubectl(
                                  target,
                                  {"--namespace",
                                   k_akash_ns,
                                   "get",
                                   "events",
                                   "--field-selector",
                                   std::string("involvedObject.name=") + k_name,
                                   "-o",
                                   "jsonpath={range .items[*]}{.reason} {.message}{\"\\n\"}{end}"},
                                  std::chrono::seconds{20}),
                              .pattern = event.pattern,
                              .limit = want.timeout("verify"),
                              .what = event.what},
          .failure_id = event.failure};
}

} // namespace

StagePlan
plan_verify(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const Target target = target_of(seen, want);
  const bool leftover = seen.verify_service.found();
  if (!any_change(done) && !seen.memory.verify_owed && !leftover) {
    return satisfied("nothing changed since the last verification");
  }
  StagePlan plan{.verdict = Verdict::needed, .change = "create"};
  plan.reason = any_change(done) ? "this run changes something" : "owed by an earlier run";
  plan.notes.push_back(
      "from the cluster itself only allocation, announcement and the path behind them can be "
      "proved; from another host: iplease verify --keep prints the command");
  if (leftover) {
    plan.steps.push_back(remove_leftover(target));
  }
  plan.steps.push_back(forget_events(target));
  plan.steps.push_back(create_service(seen, target));
  plan.steps.push_back(wait_address(target, want));
  plan.steps.push_back(wait_event(target,
                                  want,
                                  {.id = "verify/allocated",
                                   .pattern = "^IPAllocated ",
                                   .what = "event IPAllocated",
                                   .failure = "IPL-VER-002"}));
  plan.steps.push_back(wait_event(target,
                                  want,
                                  {.id = "verify/announced",
                                   .pattern = "^nodeAssigned announcing from node",
                                   .what = "a node announces the address (event nodeAssigned)",
                                   .failure = "IPL-VER-003"}));
  plan.steps.push_back(
      {.id = "verify/answers",
       .reason = "the backend behind the Service answers",
       .action = WaitUntil{.probe = kubectl_get_raw(
                               target,
                               std::string("/api/v1/namespaces/akash-services/services/https:") +
                                   k_name + ":8443/proxy/status"),
                           .pattern = "\"cluster\"",
                           .limit = want.timeout("verify"),
                           .what = "an answer through the temporary Service"},
       .pays = {"verify"},
       .failure_id = "IPL-VER-004"});
  plan.steps.push_back({.id = "verify/remove",
                        .reason = "the temporary Service goes",
                        .action = Run{.command = kubectl(target, delete_words())},
                        .subject = "service/iplease-verify",
                        .before = "present",
                        .expect = "absent",
                        .pays = {"remove-verify-service"},
                        .cleanup = true});
  return plan;
}

} // namespace iplease
