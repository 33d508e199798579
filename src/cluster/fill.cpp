// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/core/names.hpp>

#include "json_access.hpp"
#include <algorithm>
#include <array>
#include <map>

namespace iplease {
namespace {

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
  // Pinned by digest: the chart's label still names the release it was made for.
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

/// How an answer with several kinds shows one of them. kubectl prints the kinds that it may read,
/// with their end mark, even if others are forbidden.
Looked list_look(const CommandResult& answer, const Lists& lists, std::string_view plural)
{
  const Look whole = classify(answer);
  const bool named = answer.err.find("cannot list resource") != std::string::npos;
  const bool printed =
      whole == Look::seen || (whole == Look::forbidden && named && !forbids_list(answer, plural));
  if (!printed) {
    return {whole, why(answer)};
  }
  if (answer.truncated || lists.broken) {
    return {Look::failed, "kubectl's answer is not whole: a line or its end mark is missing"};
  }
  return Look::seen;
}

/// Stores the items of one kind; none if the answer is not whole.
template <class T> void place(Seen<T>& fact, const Looked& looked, T& items)
{
  fact = {.look = looked.look, .why = looked.why};
  if (looked.found()) {
    fact.value = std::move(items);
  }
}

void place_resources(Observation& seen, const CommandResult& answer, Lists& lists)
{
  const auto put = [&](auto& fact, auto& items, const char* crd, const char* plural) {
    if (!seen.crds.contains(crd) && items.empty()) {
      fact.look = Look::absent;
      return;
    }
    place(fact, list_look(answer, lists, plural), items);
  };
  put(seen.metallb.pools, lists.pools, "ipaddresspools.metallb.io", "ipaddresspools");
  put(seen.metallb.advertisements,
      lists.advertisements,
      "l2advertisements.metallb.io",
      "l2advertisements");
  put(seen.metallb.bgp_advertisements,
      lists.bgp_advertisements,
      "bgpadvertisements.metallb.io",
      "bgpadvertisements");
}

/// A distribution has at most one of the two kinds.
void place_keepers(Observation& seen, const CommandResult& answer, Lists& lists)
{
  seen.chart_keepers_look = Look::absent;
  for (const char* plural : {"helmcharts.helm.cattle.io", "charts.helm.k0sproject.io"}) {
    if (seen.crds.contains(plural)) {
      const std::string_view name(plural);
      seen.chart_keepers_look = list_look(answer, lists, name.substr(0, name.find('.')));
    }
  }
  if (seen.chart_keepers_look.found()) {
    seen.chart_keepers = std::move(lists.chart_keepers);
  }
}

void sort_workloads(Observation& seen, std::vector<WorkloadSeen> workloads)
{
  for (WorkloadSeen& one : workloads) {
    if (one.kind == "DaemonSet" && is_metallb(one, "speaker")) {
      seen.metallb.speakers.push_back(std::move(one));
    } else if (one.kind == "DaemonSet") {
      seen.workloads.push_back(std::move(one));
    }
  }
}

void find_kube_proxy(Observation& seen)
{
  const Looked& looked = seen.daemon_sets_look;
  Seen<WorkloadSeen>& proxy = seen.kube_proxy.daemon_set;
  proxy = {.look = looked.found() ? Look::absent : looked.look, .why = looked.why};
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
  // Rights that only give hints are not missing: a run can do without them.
  constexpr std::array hints{"get leases.",
                             "get deployments.apps in kube-system",
                             "get statefulsets.apps in kube-system",
                             "list helmcharts.",
                             "list charts."};
  for (std::string& right : missing_rights(answer)) {
    const auto hint = [&](const char* one) { return right.starts_with(one); };
    if (std::ranges::none_of(hints, hint) &&
        std::ranges::find(seen.denied, right) == seen.denied.end()) {
      seen.denied.push_back(std::move(right));
    }
  }
}

void fill_lists(Observation& seen, const CommandResult& answer, const NamedHints& hints)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  seen.nodes_look = list_look(answer, lists, "nodes");
  if (seen.nodes_look.found()) {
    seen.nodes = std::move(lists.nodes);
  }
  seen.daemon_sets_look = list_look(answer, lists, "daemonsets");
  if (seen.daemon_sets_look.found()) {
    sort_workloads(seen, std::move(lists.workloads));
  }
  if (hints.crds_readable) {
    place_resources(seen, answer, lists);
  } else {
    const std::string reason = "the custom resource definitions may not be read";
    seen.metallb.pools = {.look = Look::forbidden, .why = reason};
    seen.metallb.advertisements = {.look = Look::forbidden, .why = reason};
    seen.metallb.bgp_advertisements = {.look = Look::forbidden, .why = reason};
  }
  place_keepers(seen, answer, lists);
  find_kube_proxy(seen);
  seen.kube_proxy.environment = recognise_proxy(seen, lists.microk8s, hints.cilium_replacement);
  seen.service_lb = recognise_service_lb(seen, lists.cilium_pools);
}

void fill_load_balancers(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  const Looked looked = list_look(answer, lists, "services");
  seen.load_balancers_look = looked;
  seen.verify_service = {.look = looked.found() ? Look::absent : looked.look, .why = looked.why};
  if (!looked.found()) {
    return;
  }
  seen.load_balancers = std::move(lists.services);
  for (const ServiceSeen& service : seen.load_balancers) {
    const auto at = service.labels.find("app.kubernetes.io/managed-by");
    if (at != service.labels.end() && at->second == "iplease") {
      seen.verify_service = {.look = Look::seen, .value = service};
    }
  }
}

void add_controller(Observation& seen, WorkloadSeen one)
{
  const auto same = [&](const WorkloadSeen& other) {
    return other.name == one.name && other.name_space == one.name_space;
  };
  if (is_metallb(one, "controller") && std::ranges::none_of(seen.metallb.controllers, same)) {
    seen.metallb.controllers.push_back(std::move(one));
  }
}

void fill_controllers(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  const Looked looked = list_look(answer, lists, "deployments");
  // There is one answer for each label family; the worse look counts.
  if (seen.metallb.controllers_look == Look::not_looked || !looked.found()) {
    seen.metallb.controllers_look = looked;
  }
  for (WorkloadSeen& one : lists.workloads) {
    if (looked.found() && one.kind == "Deployment") {
      add_controller(seen, std::move(one));
    }
  }
}

namespace {

/// Since 0.13 a controller needs its CRDs. Before, it came with speakers (DaemonSets), in this
/// namespace or from Helm.
bool nothing_of_metallb(const Observation& seen)
{
  return seen.crds_look.found() && !seen.crds.contains("ipaddresspools.metallb.io") &&
         !seen.crds.contains("addresspools.metallb.io") && seen.namespaces_look.found() &&
         !seen.namespaces.contains(k_metallb_ns);
}

} // namespace

bool controllers_suffice(const Observation& seen)
{
  std::map<std::string, int> open; // controllers not yet found, by namespace
  for (const WorkloadSeen& speaker : seen.metallb.speakers) {
    ++open[speaker.name_space];
  }
  for (const ReleaseSeen& release : seen.releases) {
    if (release.chart_name.find("metallb") != std::string::npos) {
      open[release.name_space] = std::max(open[release.name_space], 1);
    }
  }
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    --open[controller.name_space];
  }
  return (!seen.metallb.controllers.empty() || nothing_of_metallb(seen)) &&
         seen.daemon_sets_look.found() && seen.releases_look.found() &&
         std::ranges::all_of(open, [](const auto& one) { return one.second <= 0; });
}

void settle_controllers(Observation& seen)
{
  // Akash looks only in metallb-system, so its workloads come first.
  const auto ours = [](const WorkloadSeen& one) { return one.name_space == k_metallb_ns; };
  std::ranges::stable_partition(seen.metallb.controllers, ours);
  std::ranges::stable_partition(seen.metallb.speakers, ours);
  if (!seen.metallb.controllers.empty()) {
    seen.metallb.version = controller_version(seen.metallb.controllers.front());
  }
}

void fill_metallb_resources(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Lists lists = parse_lists(answer.out);
  place(seen.metallb.pools, list_look(answer, lists, "ipaddresspools"), lists.pools);
  place(seen.metallb.advertisements,
        list_look(answer, lists, "l2advertisements"),
        lists.advertisements);
  place(seen.metallb.bgp_advertisements,
        list_look(answer, lists, "bgpadvertisements"),
        lists.bgp_advertisements);
}

void fill_system_pods(Observation& seen, const CommandResult& answer)
{
  Lists lists = parse_lists(answer.out);
  seen.system_pods_look = list_look(answer, lists, "pods");
  if (seen.system_pods_look.found()) {
    seen.system_pods = std::move(lists.system_pods);
  }
}

std::string list_text(const Objects& objects)
{
  constexpr int indent = 2;
  nlohmann::json items = nlohmann::json::array();
  for (const nlohmann::json& object : objects.items()) {
    if (json_access::text(object, {"kind"}) != "Namespace") {
      items.push_back(object);
    }
  }
  const nlohmann::json list{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
  return list.dump(indent) + "\n";
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
    const bool read =
        controller.name_space == k_metallb_ns && (name == "config" || name == "metallb");
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
    // iplease is migrating: the ConfigMap that it copied counts, not another leftover.
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
      if (one.name_space == k_metallb_ns && labelled(one, "app", "metallb") &&
          before_0_13(seen.metallb.version)) {
        names.push_back((one.kind == "DaemonSet" ? "daemonset/" : "deployment/") + one.name);
      }
    }
  }
  return names;
}

} // namespace iplease
