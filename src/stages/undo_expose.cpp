// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>

#include "change.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_controller_service = "service/controller";
constexpr int k_monitoring = 7472;

/// As enable makes it, with nothing added.
bool is_as_created(const ServiceSeen& service)
{
  const auto label = service.labels.find("app.kubernetes.io/managed-by");
  return service.ports.size() == 1 && service.type == "ClusterIP" && service.labels.size() == 1 &&
         label != service.labels.end() && label->second == "iplease";
}

StagePlan remove_service(const Observation& seen, const Settings& want)
{
  const ServiceSeen& live = seen.metallb.expose.value;
  const std::string state = expose_state(seen);
  if (made_state(seen, k_controller_service) != MadeState::ours || !is_as_created(live)) {
    return stays(
        "Service controller was changed since: " +
        (state == "right" ? "its ports, labels or type are not ours alone" : "it " + state));
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "Service controller is as we made it",
                 .change = "delete"};
  plan.steps.push_back({.id = "expose/remove",
                        .reason = plan.reason,
                        .action = Run{.command = kubectl(target_of(seen, want),
                                                         {"--namespace",
                                                          k_metallb_ns,
                                                          "delete",
                                                          "service",
                                                          "controller",
                                                          "--ignore-not-found"})},
                        .subject = k_controller_service,
                        .before = state,
                        .expect = "absent",
                        .proves = "Service controller is gone"});
  return plan;
}

/// Restores the ports: iplease's port goes or gets its old name, and ports that it named lose the
/// name.
void ports_back(Change& change, const std::string& was, const ServiceSeen& live)
{
  using PortJson = nlohmann::ordered_json;
  const PortJson old = PortJson::parse(was);
  bool had = false;
  for (const PortJson& port : old) {
    const int number = port.value("port", 0);
    had = had || number == k_monitoring;
    const auto same = [&](const ServicePortSeen& one) { return one.port == number; };
    const auto now = std::ranges::find_if(live.ports, same);
    const std::string name = port.value("name", "");
    const bool ours = now != live.ports.end() && now->name != name &&
                      (number == k_monitoring || now->name == "port-" + std::to_string(number));
    if (!ours) {
      continue;
    }
    PortJson item{{"port", number}, {"name", name.empty() ? PortJson() : PortJson(name)}};
    if (number == k_monitoring) {
      const std::string target = port.value("targetPort", "");
      const bool digits = target.find_first_not_of("0123456789") == std::string::npos;
      item["targetPort"] =
          digits && !target.empty() ? PortJson(std::stoi(target)) : PortJson(target);
      item["protocol"] = port.value("protocol", "TCP");
    }
    change.add_item({"spec", "ports"},
                    std::move(item),
                    "port " + std::to_string(number) + " is named \"" + name + "\" again");
  }
  if (!had) {
    change.add_item(
        {"spec", "ports"}, {{"$patch", "delete"}, {"port", k_monitoring}}, "port 7472 goes");
  }
}

StagePlan change_service_back(const Observation& seen, const Settings& want, const MadeSeen& made)
{
  const ServiceSeen& live = seen.metallb.expose.value;
  if (expose_state(seen) != "right" || made.fields.empty()) {
    return stays("Service controller was changed since, or what it was is not written down");
  }
  Change change("Service controller", live.resource_version);
  for (const auto& [name, field] : made.fields) {
    if (name == "ports") {
      ports_back(change, field.was, live);
    } else if (name == "selector") {
      nlohmann::ordered_json merged = nlohmann::ordered_json::parse(field.was);
      for (const auto& [key, value] : live.selector) {
        if (!merged.contains(key)) {
          merged[key] = nullptr;
        }
      }
      change.set({"spec", "selector"}, std::move(merged), "ours", field.was);
    }
  }
  if (change.empty()) {
    return stays("Service controller: its type stays as we set it");
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "Service controller has what we set",
                 .change = "change",
                 .notes = {change.words()}};
  plan.steps.push_back(
      {.id = "expose/change-back",
       .reason = plan.reason,
       .action = Run{.command = kubectl_patch(
                         target_of(seen, want),
                         {.resource = "service", .name_space = k_metallb_ns, .name = "controller"},
                         change.patch(),
                         PatchType::strategic)},
       .subject = k_controller_service,
       .before = "right",
       .expect = made.before});
  return plan;
}

} // namespace

StagePlan
undo_expose(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const MadeSeen* made = find_made(seen, k_controller_service);
  if (made == nullptr || seen.metallb.expose.absent()) {
    return satisfied(made == nullptr ? "nothing of ours" : "Service controller is gone already");
  }
  if (const std::string needed = needed_still(seen, done); !needed.empty()) {
    return stays("Service controller: " + needed);
  }
  if (made_state(seen, k_controller_service) == MadeState::before) {
    return satisfied("as it was before");
  }
  return made->before == "absent" ? remove_service(seen, want)
                                  : change_service_back(seen, want, *made);
}

} // namespace iplease
