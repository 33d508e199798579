// SPDX-License-Identifier: Apache-2.0
// The second half of a migration from MetalLB 0.12. The first, legacy_steps, ran before the new
// MetalLB came. Every Service's address is compared before anything is un-pinned.
#include <iplease/cluster/parse.hpp>

#include "legacy.hpp"
#include "metallb.hpp"
#include "support.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

/// One object per step: an interrupted run or a Kubespray play may have created some of them.
Step create_step(const Observation& seen, const Settings& want, const nlohmann::json& object)
{
  const Target target = target_of(seen, want);
  const std::string kind = object.at("kind").get<std::string>();
  const std::string name = object.at("metadata").at("name").get<std::string>();
  Command command = kubectl_create(target, render_yaml({object}));
  command.secret_input = object.contains("spec") && object.at("spec").contains("password");
  return {.id = "migrate/create-" + kind + "-" + name,
          .reason = kind + " " + name + " as the ConfigMap has it; one that is there already stays",
          .action = Run{.command = std::move(command),
                        .retry = Retry::webhook,
                        .retry_limit = want.timeout("migrate"),
                        .watch = controller_pods(seen, want),
                        .unless_there = true},
          .proves = kind + " " + name};
}

/// Escapes the dots, which would match any character.
std::string exactly(const std::string& text)
{
  std::string out;
  for (const char c : text) {
    out += c == '.' ? "\\." : std::string(1, c);
  }
  return "^" + out + "$";
}

Step kept_step(const Observation& seen,
               const Settings& want,
               const ServiceSeen& service,
               const std::string& address)
{
  std::string spaced = address;
  std::replace(spaced.begin(), spaced.end(), ',', ' ');
  return {.id = "migrate/kept-" + service.name_space + "-" + service.name,
          .reason = "the address is the same as before",
          .action = WaitUntil{.probe = kubectl_jsonpath(
                                  target_of(seen, want),
                                  {"--namespace", service.name_space, "service", service.name},
                                  "{.status.loadBalancer.ingress[*].ip}"),
                              .pattern = exactly(spaced),
                              .limit = want.timeout("migrate"),
                              .what = "Service " + service.name_space + "/" + service.name +
                                      " to have " + address + " again"},
          .failure_id = "IPL-MIG-013"};
}

Step unpin_step(const Observation& seen,
                const Settings& want,
                const ServiceSeen& service,
                const std::string& address)
{
  const auto pin = service.annotations.find(k_pin);
  const auto ours = service.annotations.find(k_pinned_by_us);
  const bool changed = ours != service.annotations.end() && pin != service.annotations.end() &&
                       pin->second != ours->second;
  std::vector<std::string> words{"--namespace",
                                 service.name_space,
                                 "annotate",
                                 "services",
                                 // A lease may have ended meanwhile: with a selector a missing
                                 // Service is not a failure.
                                 "--field-selector",
                                 "metadata.name=" + service.name,
                                 std::string(k_pinned_by_us) + "-"};
  if (!changed) { // else somebody asked for another address: theirs to keep
    words.push_back(std::string(k_pin) + "-");
  }
  return {.id = "migrate/unpin-" + service.name_space + "-" + service.name,
          .reason = "its address is proved, the pin is not needed any more",
          .action = Run{.command = kubectl(target_of(seen, want), std::move(words))},
          .subject = "service/" + service.name_space + "/" + service.name + " pin",
          .before = address,
          .expect = ""};
}

/// The address a Service must keep. iplease's pin names it even while the status is empty.
std::string held_address(const ServiceSeen& service)
{
  const auto pin = service.annotations.find(k_pinned_by_us);
  return pin != service.annotations.end() ? pin->second : addresses_of(service);
}

std::vector<ServiceSeen> services_to_prove(const Observation& seen, const Converted* converted)
{
  std::vector<ServiceSeen> out = pinned_services(seen);
  if (converted != nullptr) {
    for (ServiceSeen& service : served_services(seen, *converted)) {
      const auto same = [&](const ServiceSeen& other) {
        return other.name == service.name && other.name_space == service.name_space;
      };
      if (std::none_of(out.begin(), out.end(), same)) {
        out.push_back(std::move(service));
      }
    }
  }
  return out;
}

void add_service_steps(StagePlan& plan,
                       const Observation& seen,
                       const Settings& want,
                       const Converted* converted)
{
  const std::vector<ServiceSeen> services = services_to_prove(seen, converted);
  for (const ServiceSeen& service : services) {
    plan.steps.push_back(kept_step(seen, want, service, held_address(service)));
  }
  for (const ServiceSeen& service : services) {
    if (needs_pin(service) || service.annotations.contains(k_pinned_by_us)) {
      plan.steps.push_back(unpin_step(seen, want, service, held_address(service)));
    }
  }
}

Step remove_step(const Observation& seen, const Settings& want)
{
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): planned only if there is one
  const LegacyConfigSeen& legacy = *seen.metallb.legacy;
  // Only the ConfigMap that was read and iplease's copy of it; leave any other alone.
  std::vector<std::string> words{"--namespace", k_metallb_ns, "delete", "configmap"};
  if (legacy.copy_of.empty()) {
    words.push_back(legacy.name);
  }
  words.insert(words.end(), {k_legacy_copy, "--ignore-not-found"});
  return {.id = "migrate/remove-config",
          .reason = "every address is proved; MetalLB 0.13 and later do not read it",
          .action = Run{.command = kubectl(target_of(seen, want), std::move(words))},
          .subject = "configmap/metallb-system/" + legacy.name,
          .before = "present",
          .expect = "absent"};
}

} // namespace

StagePlan
plan_migrate(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (!migration_pending(seen)) {
    return satisfied(seen.metallb.legacy ? "ConfigMap " + seen.metallb.legacy->name +
                                               " is a leftover that nothing reads"
                                         : "no ConfigMap of MetalLB 0.12");
  }
  const StagePlan* metallb = find_stage(done, "metallb");
  if (auto problems = legacy_problems(seen, want); !problems.empty()) {
    const bool said = metallb != nullptr && metallb->verdict == Verdict::blocked;
    return said ? satisfied("waits for stage metallb") : blocked(std::move(problems));
  }
  const auto result = convert_legacy(seen);
  const Converted* converted = result ? &std::get<Converted>(*result) : nullptr;
  StagePlan plan{.verdict = Verdict::needed, .change = "change"};
  plan.reason = converted != nullptr
                    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): it was converted
                    ? "ConfigMap " + seen.metallb.legacy->name + " becomes custom resources"
                    : "Services still carry the pins of an interrupted migration";
  if (converted != nullptr) {
    plan.notes = converted->warnings;
    for (const nlohmann::json& object : converted->objects) {
      plan.steps.push_back(create_step(seen, want, object));
    }
  }
  add_service_steps(plan, seen, want, converted);
  if (converted != nullptr) {
    plan.steps.push_back(remove_step(seen, want));
  }
  for (Step& step : plan.steps) {
    if (&step == &plan.steps.back()) {
      step.pays = {k_unpin_debt};
    }
  }
  if (plan.steps.empty()) {
    return satisfied("the pins of an interrupted migration are gone");
  }
  return plan;
}

} // namespace iplease
