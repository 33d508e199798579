// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/provider.hpp>
#include <iplease/stages/verify.hpp>
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "metallb.hpp"
#include "speakers.hpp"
#include "support.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_events_path =
    R"(jsonpath={range .items[*]}{.reason} {.message}{"\n"}{end})";

std::vector<std::string> delete_words(const std::string& name_space)
{
  return {"--namespace",
          name_space,
          "delete",
          "service",
          k_verify_service,
          k_verify_shared,
          "--ignore-not-found"};
}

std::vector<std::string> event_words(const std::string& name_space, const char* verb)
{
  return {"--namespace",
          name_space,
          verb,
          "events",
          "--field-selector",
          std::string("involvedObject.name=") + k_verify_service};
}

/// Events outlive their Service by an hour, and would match a new Service of the same name.
Step forget_events(const Target& target, const SmokeBackend& backend)
{
  std::vector<std::string> words = event_words(backend.name_space, "delete");
  words.emplace_back("--ignore-not-found");
  return {.id = "verify/forget-events",
          .reason = "events of an earlier verification must not be taken for this one's",
          .action = Run{.command = kubectl(target, std::move(words))}};
}

Step create_services(const Target& target, const SmokeBackend& backend, const SmokeWish& wish)
{
  // With this key Akash's operator lets all ports of one lease share an address.
  nlohmann::ordered_json annotations{{"metallb.universe.tf/allow-shared-ip", "iplease-verify"}};
  if (!wish.address.empty()) {
    annotations["metallb.universe.tf/loadBalancerIPs"] = wish.address;
  }
  const auto manifest = [&](const char* name, int port) {
    return fill_template(template_text("verify_service"),
                         {{"name", name},
                          {"namespace", backend.name_space},
                          {"annotations", annotations},
                          {"selector", backend.selector},
                          {"port", port},
                          {"target", backend.port}});
  };
  Step step{.id = "verify/create",
            .reason = backend.tls ? "two temporary LoadBalancer Services before the provider's own "
                                    "pod (8443, public already)"
                                  : "two temporary LoadBalancer Services before MetalLB's "
                                    "controller, because there is no provider",
            .action =
                Run{.command = kubectl_apply(target,
                                             manifest(k_verify_service, backend.port) + "---\n" +
                                                 manifest(k_verify_shared, backend.shared_port))},
            .subject = "service/iplease-verify",
            .before = "absent",
            .expect = "present"};
  if (!wish.keep) {
    step.owes.push_back(
        {.id = "remove-verify-service",
         .until = "Service " + backend.name_space + "/" + k_verify_service + " is gone"});
  }
  return step;
}

std::vector<AddressRange> wanted_range(const Settings& want, const SmokeWish& wish)
{
  const auto one = parse_range(wish.address.empty() ? "" : wish.address + "/32");
  const auto* range = std::get_if<AddressRange>(&one);
  return range != nullptr ? std::vector<AddressRange>{*range} : want.pool.addresses.value;
}

Step wait_addresses(const Target& target,
                    const SmokeBackend& backend,
                    const Settings& want,
                    const SmokeWish& wish,
                    bool shared)
{
  std::vector<std::string> what{"--namespace", backend.name_space, "service", k_verify_service};
  if (shared) {
    what.emplace_back(k_verify_shared);
  }
  const std::string asked = wish.address.empty() ? "inside the pool" : wish.address;
  return {.id = shared ? "verify/shared" : "verify/address",
          .reason = shared ? "a second port with the same sharing key gets the same address"
                           : "one address, " + asked,
          .action = WaitUntil{.probe = kubectl_jsonpath(
                                  target,
                                  std::move(what),
                                  shared ? "{.items[*].status.loadBalancer.ingress[*].ip}"
                                         : "{.status.loadBalancer.ingress[*].ip}"),
                              .pattern = shared ? "^([0-9.]+) \\1$" : "^([0-9.]+)$",
                              .inside = wanted_range(want, wish),
                              .limit = want.timeout("verify"),
                              .what = shared ? "the same address for both Services"
                                             : "an address for the temporary Service"},
          .failure_id = shared ? "IPL-VER-008" : "IPL-VER-001",
          .proves = shared ? "" : "\\1 leased"};
}

Step wait_event(const Target& target,
                const SmokeBackend& backend,
                const Settings& want,
                bool announced)
{
  std::vector<std::string> words = event_words(backend.name_space, "get");
  words.insert(words.end(), {"-o", k_events_path});
  return {.id = announced ? "verify/announced" : "verify/allocated",
          .reason =
              announced ? "a node announces the address (event nodeAssigned)" : "event IPAllocated",
          .action =
              WaitUntil{.probe = kubectl(target, std::move(words), std::chrono::seconds{20}),
                        .pattern = announced ? "^nodeAssigned announcing from node \"([^\"]+)\""
                                             : "^IPAllocated ",
                        .limit = want.timeout("verify"),
                        .what = announced ? "a node to announce the address" : "event IPAllocated"},
          .failure_id = announced ? "IPL-VER-003" : "IPL-VER-002",
          .proves = announced ? "announced by \\1" : ""};
}

/// MetalLB 0.14.8 says nodeAssigned even if it announces on no interface. announceFailed comes
/// before it (speaker/layer2_controller.go, SetBalancer), so one look decides.
Step no_refusal(const Target& target, const SmokeBackend& backend)
{
  std::vector<std::string> words = event_words(backend.name_space, "get");
  words.back() += ",reason=announceFailed";
  words.insert(words.end(), {"-o", "jsonpath=refused:{range .items[*]} {.message}{end}"});
  return {.id = "verify/interfaces",
          .reason = "that node has an interface to announce it on (no event announceFailed)",
          .action = WaitUntil{.probe = kubectl(target, std::move(words), std::chrono::seconds{20}),
                              .pattern = "^refused:$",
                              .limit = std::chrono::seconds{10}, // for a busy machine
                              .what = "no event announceFailed"},
          .failure_id = "IPL-POOL-047"};
}

Step wait_answer(const Target& target, const SmokeBackend& backend, const Settings& want)
{
  const std::string service = std::string(backend.tls ? "https:" : "") + k_verify_service + ":" +
                              std::to_string(backend.port);
  return {.id = "verify/answers",
          .reason = "the backend behind the Service answers",
          .action = WaitUntil{.probe = kubectl_get_raw(target,
                                                       "/api/v1/namespaces/" + backend.name_space +
                                                           "/services/" + service + "/proxy" +
                                                           backend.path),
                              .pattern = backend.pattern,
                              .limit = want.timeout("verify"),
                              .what = "an answer through the temporary Service"},
          .pays = {"verify"},
          .failure_id = "IPL-VER-004",
          .proves = "answers"};
}

/// The IP operator is asked before and after: a lease is its work, not MetalLB's, and what it reads
/// from MetalLB meanwhile may lock it (503 with an empty body).
Step ask_operator(const Target& target, const std::string& service, bool before)
{
  return {.id = before ? "verify/operator" : "verify/operator-after",
          .reason = before ? "the IP operator counts addresses that it can lease"
                           : "the IP operator still answers and counts them",
          .action =
              WaitUntil{.probe = kubectl_get_raw(target,
                                                 "/api/v1/namespaces/akash-services/services/" +
                                                     service + "/proxy/usage"),
                        .pattern = "\"Available\":[1-9]",
                        .limit = std::chrono::seconds{before ? 30 : 10},
                        .what = "the IP operator to count addresses"},
          .failure_id = "IPL-VER-085"};
}

Step operator_healthy(const Target& target, const std::string& service)
{
  return {.id = "verify/operator-health",
          .reason = "the IP operator's barrier is open (/health says OK)",
          .action =
              WaitUntil{.probe = kubectl_get_raw(target,
                                                 "/api/v1/namespaces/akash-services/services/" +
                                                     service + "/proxy/health"),
                        .pattern = "^OK$",
                        .limit = std::chrono::seconds{10},
                        .what = "the IP operator's /health"},
          .failure_id = "IPL-VER-085"};
}

bool has_step(const StagePlan& plan, const char* id)
{
  return std::ranges::find(plan.steps, id, &Step::id) != plan.steps.end();
}

Step remove_services(const Target& target, const SmokeBackend& backend)
{
  return {.id = "verify/remove",
          .reason = "the temporary Services go",
          .action = Run{.command = kubectl(target, delete_words(backend.name_space))},
          .subject = "service/iplease-verify",
          .before = "present",
          .expect = "absent",
          .pays = {"remove-verify-service"},
          .cleanup = true};
}

} // namespace

Step remove_leftover(const Observation& seen, const Settings& want)
{
  return {.id = "verify/leftover",
          .reason = "an earlier verification left its Services",
          .action = Run{.command = kubectl(target_of(seen, want),
                                           delete_words(seen.verify_service.value.name_space))},
          .subject = "service/iplease-verify",
          .before = "present",
          .expect = "absent",
          .pays = {"remove-verify-service"},
          .proves = "the earlier Services are gone"};
}

SmokeBackend smoke_backend(const Observation& seen)
{
  const WorkloadSeen* controller = metallb_controller(seen);
  const bool no_pod = seen.provider.stateful_set.absent() || facts::provider_scaled_to_zero(seen);
  if (no_pod && controller != nullptr) {
    return {.name_space = controller->name_space,
            .selector = controller->selector,
            .port = 7472,
            .shared_port = 7473,
            .path = "/metrics",
            .pattern = "^metallb_"};
  }
  SmokeBackend backend{.name_space = k_akash_ns,
                       .selector = {{"app", "akash-provider"}},
                       .port = 8443,
                       .shared_port = 8444,
                       .tls = true,
                       .path = "/status",
                       .pattern = "\"cluster\""};
  if (seen.provider.stateful_set.found() && !seen.provider.stateful_set.value.selector.empty()) {
    backend.selector = seen.provider.stateful_set.value.selector;
  }
  return backend;
}

Command smoke_events(const Target& target, const Observation& seen)
{
  std::vector<std::string> words = event_words(smoke_backend(seen).name_space, "get");
  words.insert(words.end(), {"--sort-by=.lastTimestamp", "-o", k_events_path});
  return kubectl(target, std::move(words), std::chrono::seconds{20});
}

StagePlan plan_smoke(const Observation& seen, const Settings& want, const SmokeWish& wish)
{
  const Target target = target_of(seen, want);
  const SmokeBackend backend = smoke_backend(seen);
  StagePlan plan{.verdict = Verdict::needed, .change = "create"};
  plan.notes.emplace_back(
      "from the cluster itself only allocation, announcement and the path behind them can be "
      "proved; from another host: iplease verify --keep prints the command");
  if (seen.verify_service.found()) {
    plan.steps.push_back(remove_leftover(seen, want));
  }
  const bool leases = !seen.provider.stateful_set.absent();
  const std::string service = operator_service(seen, want);
  if (leases) {
    plan.steps.push_back(operator_healthy(target, service));
    plan.steps.push_back(ask_operator(target, service, true));
  } else {
    plan.notes.emplace_back("there is no provider here: that one bids on IP leases is not proved");
  }
  plan.steps.push_back(forget_events(target, backend));
  plan.steps.push_back(create_services(target, backend, wish));
  plan.steps.push_back(wait_addresses(target, backend, want, wish, false));
  plan.steps.push_back(wait_event(target, backend, want, false));
  plan.steps.push_back(wait_addresses(target, backend, want, wish, true));
  plan.steps.push_back(wait_event(target, backend, want, true));
  plan.steps.push_back(no_refusal(target, backend));
  plan.steps.push_back(wait_answer(target, backend, want));
  if (leases) {
    plan.steps.push_back(ask_operator(target, service, false));
  }
  if (!wish.keep) {
    plan.steps.push_back(remove_services(target, backend));
  }
  return plan;
}

StagePlan
plan_verify(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (!any_change(done) && !seen.memory.verify_owed) {
    if (!seen.verify_service.found()) {
      return satisfied("nothing changed since the last verification");
    }
    // `verify --keep` has proved it already: remove what stayed for the operator to look at.
    return {.verdict = Verdict::needed,
            .reason = "the Service of an earlier verification is still there",
            .change = "delete",
            .steps = {remove_leftover(seen, want)}};
  }
  StagePlan plan = plan_smoke(seen, want, {});
  const StagePlan* counted = find_stage(done, "ip-operator");
  if (counted != nullptr && has_step(*counted, "ip-operator/usage")) { // the same question
    std::erase_if(plan.steps, [](const Step& step) { return step.id == "verify/operator"; });
  }
  std::vector<Step> speakers = speaker_waits_left("verify", seen, want, done);
  plan.steps.insert(plan.steps.begin(),
                    std::make_move_iterator(speakers.begin()),
                    std::make_move_iterator(speakers.end()));
  plan.reason = any_change(done) ? "a temporary Service proves what this run changes"
                                 : "a temporary Service proves what an earlier run changed";
  return plan;
}

} // namespace iplease
