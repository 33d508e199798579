// SPDX-License-Identifier: Apache-2.0
#include "legacy.hpp"

#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/kubespray/inventory.hpp>

#include "metallb.hpp"
#include "pool.hpp"
#include "support.hpp"
#include <algorithm>
#include <utility>
#include <variant>

namespace iplease {

namespace stages {

namespace {

using nlohmann::json;

constexpr const char* k_old_workloads = "workloads/metallb-system/0.12";
constexpr std::chrono::seconds k_grace{10};

bool has_copy(const Observation& seen)
{
  const auto& found = seen.metallb.legacy_found;
  return std::any_of(
      found.begin(), found.end(), [](const auto& one) { return !one.copy_of.empty(); });
}

bool owes_unpin(const Observation& seen)
{
  const auto& debts = seen.memory.debts;
  return std::any_of(
      debts.begin(), debts.end(), [](const Debt& debt) { return debt.id == k_unpin_debt; });
}

std::string pin_subject(const ServiceSeen& service)
{
  return "service/" + service.name_space + "/" + service.name + " pin";
}

/// A file beside the operator's values file, else beside the last candidate, in the home folder.
std::string folder_file(const Observation& seen, const std::string& file)
{
  if (seen.provider.files.empty()) {
    return "";
  }
  const ValuesFileSeen* best = &seen.provider.files.back();
  for (const ValuesFileSeen& one : seen.provider.files) {
    if (one.exists) {
      best = &one;
      break;
    }
  }
  return best->path.substr(0, best->path.rfind('/') + 1) + file;
}

Step copy_step(const Target& target, const LegacyConfigSeen& legacy)
{
  const json copy{{"apiVersion", "v1"},
                  {"kind", "ConfigMap"},
                  {"metadata",
                   {{"name", k_legacy_copy},
                    {"namespace", k_metallb_ns},
                    {"annotations", {{k_copy_of, legacy.name}}}}},
                  {"data", {{"config", legacy.config}}}};
  Command command = kubectl_apply(target, copy.dump() + "\n");
  command.secret_input = legacy.config.find("password") != std::string::npos;
  return {.id = "metallb/keep-config",
          .reason =
              "installers remove ConfigMap " + legacy.name + "; a copy survives an interrupted run",
          .action = Run{.command = std::move(command)},
          .subject = std::string("configmap/metallb-system/") + k_legacy_copy,
          .before = "absent",
          .expect = "present"};
}

void add_save(std::vector<Step>& steps,
              std::string id,
              std::string path,
              std::string content,
              const std::string& what)
{
  if (!path.empty()) {
    steps.push_back({.id = std::move(id),
                     .reason = "keep " + what,
                     .action = FileWrite{.path = std::move(path),
                                         .content = std::move(content),
                                         .shown = "(" + what + " as it is in the cluster)\n"}});
  }
}

/// The old speakers hold host ports that the new ones need, and two controllers would fight, so the
/// old pods must be gone before the chart is installed.
Step make_room_step(const Target& target, const Observation& seen, const Settings& want)
{
  std::vector<std::string> words{"--namespace", k_metallb_ns, "delete"};
  for (const std::string& name : old_workload_names(seen)) {
    words.push_back(name);
  }
  const std::chrono::seconds limit = want.timeout("metallb");
  words.insert(words.end(),
               {"--ignore-not-found",
                "--cascade=foreground",
                "--timeout=" + std::to_string(limit.count()) + "s"});
  return {.id = "metallb/make-room",
          .reason = "MetalLB " + seen.metallb.version +
                    " of the manifests makes room for the chart; the addresses stay assigned",
          .action = Run{.command = kubectl(target, std::move(words), limit + k_grace)},
          .subject = k_old_workloads,
          .before = "present",
          .expect = "absent"};
}

Step pin_step(const Target& target, const ServiceSeen& service)
{
  const std::string address = addresses_of(service);
  Step step{.id = "metallb/pin-" + service.name_space + "-" + service.name,
            .reason = "hold " + address + " for it while MetalLB is replaced",
            .action = Run{.command = kubectl(target,
                                             {"--namespace",
                                              service.name_space,
                                              "annotate",
                                              "service",
                                              service.name,
                                              "--overwrite",
                                              std::string(k_pin) + "=" + address,
                                              std::string(k_pinned_by_us) + "=" + address})},
            .subject = pin_subject(service),
            .before = "",
            .expect = address};
  return step;
}

} // namespace

std::string addresses_of(const ServiceSeen& service)
{
  std::string out;
  for (const std::string& address : service.addresses) {
    out += (out.empty() ? "" : ",") + address;
  }
  return out;
}

bool reads_configmap(const Observation& seen)
{
  return before_0_13(seen.metallb.version) ||
         (seen.metallb.legacy && seen.metallb.legacy->in_force);
}

bool migration_pending(const Observation& seen)
{
  if (!pinned_services(seen).empty() || owes_unpin(seen)) {
    return true;
  }
  if (kubespray::keeps_configmap(seen.kubespray)) {
    return false;
  }
  if (!seen.metallb.legacy) {
    return false;
  }
  if (!seen.metallb.legacy->copy_of.empty() || has_copy(seen)) {
    return true;
  }
  const bool no_pools = seen.metallb.pools.value.empty() && !seen.metallb.controllers.empty();
  return reads_configmap(seen) || no_pools;
}

std::optional<std::variant<Converted, ConvertError>> convert_legacy(const Observation& seen)
{
  if (!seen.metallb.legacy) {
    return std::nullopt;
  }
  return convert_configmap(seen.metallb.legacy->object_json);
}

bool replaces_manifests(const Observation& seen, const Settings& want)
{
  return want.metallb.install.value == MetallbInstall::helm && seen.metallb.legacy &&
         metallb_release(seen) == nullptr && metallb_controller(seen) != nullptr &&
         before_0_13(seen.metallb.version);
}

std::vector<ServiceSeen> pinned_services(const Observation& seen)
{
  std::vector<ServiceSeen> out;
  for (const ServiceSeen& service : seen.load_balancers) {
    if (service.annotations.contains(k_pinned_by_us)) {
      out.push_back(service);
    }
  }
  return out;
}

bool needs_pin(const ServiceSeen& service)
{
  // MetalLB refuses a Service that has both spec.loadBalancerIP and the annotation.
  return service.lb_ip.empty() && !service.annotations.contains(k_pin);
}

std::vector<ServiceSeen> served_services(const Observation& seen, const Converted& converted)
{
  std::vector<AddressRange> ranges;
  for (const MigratedPool& pool : converted.pools) {
    const auto more = parsed(pool.addresses);
    ranges.insert(ranges.end(), more.begin(), more.end());
  }
  std::vector<ServiceSeen> out;
  for (const ServiceSeen& service : seen.load_balancers) {
    const bool ours = !service.addresses.empty() &&
                      std::all_of(service.addresses.begin(),
                                  service.addresses.end(),
                                  [&](const std::string& one) { return inside(ranges, one); });
    if (service.lb_class.empty() && ours) {
      out.push_back(service);
    }
  }
  return out;
}

std::vector<Problem> legacy_problems(const Observation& seen, const Settings& want)
{
  const auto result = convert_legacy(seen);
  if (!result) {
    return {};
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the result came from it
  const std::string name = seen.metallb.legacy->name;
  const std::string saw = "ConfigMap " + name + ", key config";
  if (const auto* error = std::get_if<ConvertError>(&*result)) {
    return {{.id = error->ours ? "IPL-MIG-004" : "IPL-MIG-003",
             .what = "ConfigMap " + name + " cannot be converted: " + error->message,
             .saw = saw,
             .exit = ExitCode::blocked}};
  }
  const auto& converted = std::get<Converted>(*result);
  if (converted.name_space != k_metallb_ns) {
    return {{.id = "IPL-MIG-010",
             .what = "the old MetalLB lives in namespace " + converted.name_space +
                     ", Akash needs metallb-system",
             .saw = saw,
             .exit = ExitCode::blocked}};
  }
  const auto is_default = [](const MigratedPool& pool) { return pool.name == "default"; };
  const auto at = std::find_if(converted.pools.begin(), converted.pools.end(), is_default);
  if (at == converted.pools.end()) {
    return {{.id = "IPL-MIG-011",
             .what = "no pool of ConfigMap " + name + " is named `default`",
             .saw = saw,
             .exit = ExitCode::blocked}};
  }
  if (at->protocol != "layer2") {
    return {{.id = "IPL-MIG-015",
             .what = "pool `default` of ConfigMap " + name +
                     " is not announced by layer 2, but by " +
                     (at->protocol.empty() ? "nothing" : at->protocol),
             .saw = saw,
             .exit = ExitCode::blocked}};
  }
  if (replaces_manifests(seen, want) && !want.accepts("IPL-MIG-014")) {
    return {{.id = "IPL-MIG-014",
             .what = "MetalLB " + seen.metallb.version +
                     " was installed from manifests; the chart would take its place",
             .saw = "deployment " + metallb_controller(seen)->name + " without a Helm release",
             .exit = ExitCode::blocked}};
  }
  if (!want.pool.addresses.value.empty() &&
      !same_addresses(want.pool.addresses.value, parsed(at->addresses))) {
    return {{.id = "IPL-MIG-012",
             .what = "pool.addresses differ from pool `default` of ConfigMap " + name,
             .saw = saw,
             .exit = ExitCode::blocked}};
  }
  return {};
}

std::vector<Step> legacy_steps(const Observation& seen, const Settings& want)
{
  std::vector<Step> steps;
  const auto result = convert_legacy(seen);
  const auto* converted = result ? std::get_if<Converted>(&*result) : nullptr;
  if (converted == nullptr || !migration_pending(seen)) {
    return steps;
  }
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): it was converted
  const LegacyConfigSeen& legacy = *seen.metallb.legacy;
  const Target target = target_of(seen, want);
  if (legacy.copy_of.empty()) {
    add_save(steps,
             "metallb/save-config",
             folder_file(seen, "metallb-" + legacy.name + "-configmap.json"),
             legacy.object_json,
             "ConfigMap " + legacy.name);
    steps.push_back(copy_step(target, legacy));
  }
  bool first = true;
  for (const ServiceSeen& service : served_services(seen, *converted)) {
    if (needs_pin(service)) {
      Step step = pin_step(target, service);
      if (std::exchange(first, false)) {
        step.owes = {{.id = k_unpin_debt, .until = "no Service carries a pin of ours"}};
      }
      steps.push_back(std::move(step));
    }
  }
  if (replaces_manifests(seen, want)) {
    add_save(steps,
             "metallb/save-old",
             folder_file(seen, "metallb-" + seen.metallb.version + "-workloads.json"),
             seen.metallb.old_workloads_json,
             "the workloads of MetalLB " + seen.metallb.version);
    steps.push_back(make_room_step(target, seen, want));
  }
  return steps;
}

std::optional<MigratedPool> migrated_default(const Observation& seen)
{
  return migration_pending(seen) ? legacy_default(seen) : std::nullopt;
}

std::optional<MigratedPool> configmap_default(const Observation& seen)
{
  return reads_configmap(seen) ? legacy_default(seen) : std::nullopt;
}

std::optional<PoolSeen> pool_in_force(const Observation& seen)
{
  if (!reads_configmap(seen)) {
    const PoolSeen* pool = default_pool(seen);
    return pool == nullptr ? std::nullopt : std::optional(*pool);
  }
  const std::optional<MigratedPool> kept = configmap_default(seen);
  return kept ? std::optional(PoolSeen{.name = kept->name,
                                       .addresses = kept->addresses,
                                       .auto_assign = kept->auto_assign,
                                       .avoid_buggy_ips = kept->avoid_buggy_ips})
              : std::nullopt;
}

std::optional<MigratedPool> legacy_default(const Observation& seen)
{
  const auto result = convert_legacy(seen);
  const auto* converted = result ? std::get_if<Converted>(&*result) : nullptr;
  if (converted == nullptr) {
    return std::nullopt;
  }
  const auto at = std::find_if(converted->pools.begin(),
                               converted->pools.end(),
                               [](const MigratedPool& pool) { return pool.name == "default"; });
  return at == converted->pools.end() ? std::nullopt : std::optional(*at);
}

} // namespace stages

std::optional<std::string> legacy_state(const Observation& seen, std::string_view subject)
{
  for (const ServiceSeen& service : seen.load_balancers) {
    if (subject == stages::pin_subject(service)) {
      const auto pin = service.annotations.find(stages::k_pinned_by_us);
      return pin == service.annotations.end() ? "" : pin->second;
    }
  }
  if (subject == stages::k_old_workloads) {
    return old_workload_names(seen).empty() ? "absent" : "present";
  }
  constexpr std::string_view config_map = "configmap/metallb-system/";
  if (subject.starts_with(config_map)) {
    const auto& found = seen.metallb.legacy_found;
    const bool there = std::any_of(found.begin(), found.end(), [&](const auto& one) {
      return one.name_space == k_metallb_ns && one.name == subject.substr(config_map.size());
    });
    return there ? "present" : "absent";
  }
  if (subject.ends_with(" pin")) {
    return ""; // the Service is gone, and its pin with it
  }
  return std::nullopt;
}

} // namespace iplease
