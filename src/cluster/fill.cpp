// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/core/settings.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>

namespace iplease {
namespace {

constexpr const char* k_metallb = "metallb-system";
constexpr const char* k_akash = "akash-services";

bool labelled(const WorkloadSeen& one, const char* key, std::string_view value)
{
  const auto at = one.labels.find(key);
  return at != one.labels.end() && at->second == value;
}

// Manifests, Kubespray and the operator label `app=metallb,component=X`, the chart
// `app.kubernetes.io/name=metallb,app.kubernetes.io/component=X`.
bool is_metallb(const WorkloadSeen& one, std::string_view component)
{
  return (labelled(one, "app", "metallb") && labelled(one, "component", component)) ||
         (labelled(one, "app.kubernetes.io/name", "metallb") &&
          labelled(one, "app.kubernetes.io/component", component));
}

std::string controller_version(const WorkloadSeen& controller)
{
  for (const std::string& image : controller.images) {
    if (image.find("controller") != std::string::npos) {
      const std::string version = image_version(image);
      if (!version.empty()) {
        return version;
      }
    }
  }
  if (controller.images.size() == 1 && !image_version(controller.images.front()).empty()) {
    return image_version(controller.images.front());
  }
  // Pinned by digest: the chart still says which release it was made for.
  const auto label = controller.labels.find("app.kubernetes.io/version");
  return label == controller.labels.end() ? std::string{} : image_version("x:" + label->second);
}

std::string config_argument(const WorkloadSeen& controller)
{
  constexpr std::string_view flag = "--config=";
  for (const std::string& arg : controller.args) {
    if (arg.starts_with(flag)) {
      return arg.substr(flag.size());
    }
  }
  return {};
}

Look list_look(const CommandResult& answer, std::string_view plural)
{
  const Look whole = classify(answer);
  if (whole != Look::forbidden) {
    return whole;
  }
  const bool named = answer.err.find("cannot list resource") != std::string::npos;
  return !named || forbids_list(answer, plural) ? Look::forbidden : Look::seen;
}

void place_resources(Observation& seen, const CommandResult& answer, Lists& lists)
{
  const auto put = [&](auto& fact, auto& items, const char* crd, const char* plural) {
    if (!seen.crds.contains(crd) && items.empty()) {
      fact.look = Look::absent;
      return;
    }
    fact.look = lists.broken ? Look::failed : list_look(answer, plural);
    fact.why = why(answer);
    fact.value = std::move(items);
  };
  put(seen.metallb.pools, lists.pools, "ipaddresspools.metallb.io", "ipaddresspools");
  put(seen.metallb.advertisements,
      lists.advertisements,
      "l2advertisements.metallb.io",
      "l2advertisements");
}

void sort_workloads(Observation& seen, std::vector<WorkloadSeen> workloads)
{
  for (WorkloadSeen& one : workloads) {
    if (one.kind == "Deployment" && is_metallb(one, "controller")) {
      seen.metallb.controllers.push_back(std::move(one));
    } else if (one.kind == "DaemonSet" && is_metallb(one, "speaker")) {
      seen.metallb.speakers.push_back(std::move(one));
    } else {
      seen.workloads.push_back(std::move(one));
    }
  }
  // Akash looks into metallb-system only: what is there comes first.
  const auto ours = [](const WorkloadSeen& one) { return one.name_space == k_metallb; };
  std::ranges::stable_partition(seen.metallb.controllers, ours);
  std::ranges::stable_partition(seen.metallb.speakers, ours);
  if (!seen.metallb.controllers.empty()) {
    seen.metallb.version = controller_version(seen.metallb.controllers.front());
  }
}

void find_kube_proxy(Observation& seen, Look look, const std::string& reason)
{
  Seen<WorkloadSeen>& proxy = seen.kube_proxy.daemon_set;
  proxy = {.look = look == Look::seen ? Look::absent : look, .why = reason};
  for (const WorkloadSeen& one : seen.workloads) {
    if (one.kind == "DaemonSet" && one.name == "kube-proxy" && one.name_space == "kube-system") {
      proxy = {.look = Look::seen, .value = one};
      const auto at = one.template_annotations.find("kubectl.kubernetes.io/restartedAt");
      seen.kube_proxy.restarted_at = at == one.template_annotations.end() ? "" : at->second;
    }
  }
}

} // namespace

void note_denials(Observation& seen, const CommandResult& answer)
{
  for (std::string& right : missing_rights(answer)) {
    if (std::ranges::find(seen.denied, right) == seen.denied.end()) {
      seen.denied.push_back(std::move(right));
    }
  }
}

void fill_releases(Observation& seen, const Settings& want, const CommandResult& answer)
{
  note_denials(seen, answer);
  seen.releases_look = classify(answer);
  std::string reason = why(answer);
  if (answer.ok()) {
    if (auto releases = parse_helm_list(answer.out); releases && !answer.truncated) {
      seen.releases = std::move(*releases);
    } else {
      seen.releases_look = Look::failed;
      reason = "helm list printed something that is not its JSON";
    }
  }
  const Look missing = seen.releases_look == Look::seen ? Look::absent : seen.releases_look;
  seen.provider.release = {.look = missing, .why = reason};
  seen.ip_operator.release = {.look = missing, .why = reason};
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name_space != k_akash) {
      continue;
    }
    if (release.name == want.provider.release.value) {
      seen.provider.release = {.look = Look::seen, .value = release};
    }
    if (release.chart_name == "akash-ip-operator") {
      seen.ip_operator.release = {.look = Look::seen, .value = release};
    }
  }
}

void fill_lists(Observation& seen, const CommandResult& answer, const NamedHints& hints)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  lists.broken = lists.broken || answer.truncated;
  const auto look = [&](const char* plural) {
    return lists.broken ? Look::failed : list_look(answer, plural);
  };
  seen.nodes_look = look("nodes");
  seen.nodes = std::move(lists.nodes);
  seen.load_balancers = std::move(lists.services);
  for (const ServiceSeen& service : seen.load_balancers) {
    const auto at = service.labels.find("app.kubernetes.io/managed-by");
    if (at != service.labels.end() && at->second == "iplease") {
      seen.verify_service = {.look = Look::seen, .value = service};
    }
  }
  if (!seen.verify_service.found()) {
    const Look services = look("services");
    seen.verify_service.look = services == Look::seen ? Look::absent : services;
  }
  if (hints.crds_readable) {
    place_resources(seen, answer, lists);
  } else {
    const std::string reason = "the custom resource definitions may not be read";
    seen.metallb.pools = {.look = Look::forbidden, .why = reason};
    seen.metallb.advertisements = {.look = Look::forbidden, .why = reason};
  }
  sort_workloads(seen, std::move(lists.workloads));
  find_kube_proxy(seen, look("daemonsets"), why(answer));
  seen.kube_proxy.environment = recognise_proxy(seen, lists.microk8s, hints.cilium_replacement);
  seen.service_lb = recognise_service_lb(seen, lists.cilium_pools);
}

void fill_metallb_resources(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  const auto look = [&](const char* plural) {
    return lists.broken ? Look::failed : list_look(answer, plural);
  };
  seen.metallb.pools = {
      .look = look("ipaddresspools"), .value = std::move(lists.pools), .why = why(answer)};
  seen.metallb.advertisements = {.look = look("l2advertisements"),
                                 .value = std::move(lists.advertisements),
                                 .why = why(answer)};
}

void fill_legacy(Observation& seen, const nlohmann::json& config_map)
{
  const nlohmann::json* config = json_access::at(config_map, {"data", "config"});
  if (config == nullptr || !config->is_string()) {
    return;
  }
  constexpr int indent = 2;
  seen.metallb.legacy_found.push_back(
      {.name_space = json_access::text(config_map, {"metadata", "namespace"}),
       .name = json_access::text(config_map, {"metadata", "name"}),
       .copy_of = json_access::text(config_map, {"metadata", "annotations", k_copy_of}),
       .object_json = config_map.dump(indent) + "\n",
       .config = config->get<std::string>()});
}

LegacyName unread_legacy(const Observation& seen)
{
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    const std::string name = config_argument(controller);
    const bool read = controller.name_space == k_metallb && (name == "config" || name == "metallb");
    if (!name.empty() && !read) {
      return {.name_space = controller.name_space, .name = name};
    }
  }
  return {};
}

namespace {

/// Whether the controller is of the ConfigMap era and takes its configuration from `config_map`.
bool reads(const WorkloadSeen& controller, const LegacyConfigSeen& config_map)
{
  const std::string name = config_argument(controller);
  const bool named = name.empty()
                         ? before_0_13(controller_version(controller)) && config_map.copy_of.empty()
                         : name == config_map.name;
  return named && controller.name_space == config_map.name_space;
}

} // namespace

void settle_legacy(Observation& seen)
{
  std::vector<LegacyConfigSeen>& found = seen.metallb.legacy_found;
  const LegacyConfigSeen* rules = nullptr;
  for (LegacyConfigSeen& one : found) {
    const auto& all = seen.metallb.controllers;
    one.in_force = std::any_of(
        all.begin(), all.end(), [&](const WorkloadSeen& each) { return reads(each, one); });
    rules = rules == nullptr && one.in_force ? &one : rules;
  }
  const auto named = [&](const std::string& name) {
    const auto at =
        std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.name == name; });
    return at == found.end() ? nullptr : &*at;
  };
  const auto copy = std::find_if(
      found.begin(), found.end(), [](const auto& one) { return !one.copy_of.empty(); });
  if (rules == nullptr && copy != found.end()) {
    // A migration of ours is under way: its own ConfigMap rules, not another leftover.
    rules = named(copy->copy_of) != nullptr ? named(copy->copy_of) : &*copy;
  }
  if (rules == nullptr && !found.empty()) {
    rules = &found.front();
  }
  seen.metallb.legacy = rules == nullptr ? std::nullopt : std::optional(*rules);
}

std::vector<std::string> old_workload_names(const Observation& seen)
{
  std::vector<std::string> names;
  for (const auto* all : {&seen.metallb.controllers, &seen.metallb.speakers}) {
    for (const WorkloadSeen& one : *all) {
      if (one.name_space == k_metallb && labelled(one, "app", "metallb") &&
          before_0_13(seen.metallb.version)) {
        names.push_back((one.kind == "DaemonSet" ? "daemonset/" : "deployment/") + one.name);
      }
    }
  }
  return names;
}

void fill_usage(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  IpOperatorSeen& out = seen.ip_operator;
  out.barrier = is_barrier(answer);
  out.usage_text = {
      .look = classify(answer), .value = answer.ok() ? answer.out : "", .why = why(answer)};
  if (out.barrier) {
    out.usage_text.why = "503 with an empty body: the operator's barrier is locked";
  }
  const Usage usage = parse_usage(answer.ok() ? answer.out : "");
  out.available = usage.available;
  out.in_use = usage.in_use;
  if (answer.ok() && !usage.available) {
    out.usage_text.look = Look::failed;
    out.usage_text.why = "the answer has no number `Available`";
  }
}

void fill_environment(Observation& seen, const CommandResult& answer)
{
  Seen<std::string>& out = seen.provider.env_ip_operator;
  if (answer.ok()) {
    out = {.look = Look::seen, .value = answer.out};
    while (out.value.ends_with('\n')) {
      out.value.pop_back();
    }
    return;
  }
  note_denials(seen, answer);
  out = {.look = classify(answer), .why = why(answer)};
  // printenv's own answer for a variable that is not set.
  if (answer.err.find("command terminated with exit code 1") != std::string::npos &&
      answer.out.empty()) {
    out = {.look = Look::absent, .why = "AKASH_IP_OPERATOR is not set in the pod"};
  }
}

void give_up(Observation& seen, Look look, const std::string& reason)
{
  const auto mark = [&](auto& fact) {
    if (fact.look == Look::not_looked) {
      fact.look = look;
      fact.why = reason;
    }
  };
  mark(seen.cluster_uid);
  mark(seen.metallb.pools);
  mark(seen.metallb.advertisements);
  mark(seen.metallb.expose);
  mark(seen.kube_proxy.config);
  mark(seen.kube_proxy.daemon_set);
  mark(seen.provider.release);
  mark(seen.provider.release_values);
  mark(seen.provider.stateful_set);
  mark(seen.provider.pod_revision);
  mark(seen.provider.env_ip_operator);
  mark(seen.provider.config_ip_operator);
  mark(seen.ip_operator.release);
  mark(seen.ip_operator.deployment);
  mark(seen.ip_operator.provider_address);
  mark(seen.ip_operator.usage_text);
  mark(seen.verify_service);
  if (seen.nodes_look == Look::not_looked) {
    seen.nodes_look = look;
  }
  if (seen.releases_look == Look::not_looked) {
    seen.releases_look = look;
  }
}

} // namespace iplease
