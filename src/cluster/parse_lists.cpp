// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include "json_access.hpp"
#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace iplease {
namespace {

using json_access::each;
using json_access::text;
using json_access::text_map;
using json_access::texts;
using json_access::truth;
using nlohmann::json;

// %q prints every string. Arrays end with null and objects with "":"" because a template cannot
// omit the last comma; the readers skip both. A blank keeps a brace apart from "{{".
constexpr std::string_view k_helpers =
    R"({{define "s"}}{{if .}}{{printf "%q" .}}{{else}}""{{end}}{{end}})"
    R"({{define "n"}}{{if .}}{{.}}{{else}}0{{end}}{{end}})"
    R"({{define "b"}}{{if .}}true{{else}}false{{end}}{{end}})"
    R"({{define "l"}}[{{range .}}{{printf "%q," .}}{{end}}null]{{end}})"
    R"({{define "m"}}{ {{range $k,$v := .}}{{if ne $k "kubectl.kubernetes.io/last-applied-configuration"}}{{printf "%q:%q," $k $v}}{{end}}{{end}}"":""}{{end}})"
    R"({{define "head"}}"kind":{{template "s" .kind}},"metadata":{"name":{{template "s" .metadata.name}})"
    R"(,"namespace":{{template "s" .metadata.namespace}},"uid":{{template "s" .metadata.uid}},"labels":{{template "m" .metadata.labels}})"
    R"(,"annotations":{{template "m" .metadata.annotations}} }{{end}})";

constexpr std::string_view k_node =
    R"({{define "node"}}{"kind":"Node","name":{{template "s" .metadata.name}},"addresses":[)"
    R"({{range .status.addresses}}{{if or (eq .type "InternalIP") (eq .type "ExternalIP")}}{{printf "%q," .address}}{{end}}{{end}}null])"
    R"(,"cidrs":{{template "l" .spec.podCIDRs}},"cidr":{{template "s" .spec.podCIDR}})"
    R"(,"ready":[{{range .status.conditions}}{{if eq .type "Ready"}}{{printf "%q," .status}}{{end}}{{end}}null])"
    R"(,"unschedulable":{{template "b" .spec.unschedulable}},"labels":{{template "m" .metadata.labels}})"
    R"(,"excluded":{{exists .metadata.labels "node.kubernetes.io/exclude-from-external-load-balancers"}})"
    R"(,"microk8s":{{exists .metadata.labels "microk8s.io/cluster"}})"
    R"(,"taints":[{{range .spec.taints}}{{if ne .effect "PreferNoSchedule"}}{{printf "%q," .key}}{{end}}{{end}}null])"
    R"(,"kubelet":{{template "s" .status.nodeInfo.kubeletVersion}})"
    R"(,"args":{{if exists .metadata.annotations "k3s.io/node-args"}}{{printf "%q" (index .metadata.annotations "k3s.io/node-args")}})"
    R"({{else if exists .metadata.annotations "rke2.io/node-args"}}{{printf "%q" (index .metadata.annotations "rke2.io/node-args")}}{{else}}""{{end}} }{{end}})";

constexpr std::string_view k_service =
    R"({{define "service"}}{ {{template "head" .}},"spec":{"type":{{template "s" .spec.type}},"clusterIP":{{template "s" .spec.clusterIP}})"
    R"(,"loadBalancerClass":{{template "s" .spec.loadBalancerClass}},"loadBalancerIP":{{template "s" .spec.loadBalancerIP}})"
    R"(,"selector":{{template "m" .spec.selector}},"ports":[{{range .spec.ports}}{"name":{{template "s" .name}},"port":{{template "n" .port}})"
    R"(,"targetPort":{{printf "%q" (print .targetPort)}},"protocol":{{template "s" .protocol}} },{{end}}null]},"status":{"loadBalancer":{"ingress":[)"
    R"({{range .status.loadBalancer.ingress}}{"ip":{{template "s" .ip}},"hostname":{{template "s" .hostname}} },{{end}}null]}}}{{end}})";

constexpr std::string_view k_workload =
    R"({{define "workload"}}{ {{template "head" .}},"generation":{{template "n" .metadata.generation}},"spec":{ {{if exists .spec "replicas"}}"replicas":{{template "n" .spec.replicas}},{{end}})"
    R"("selector":{"matchLabels":{{template "m" .spec.selector.matchLabels}} },"template":{"metadata":{"annotations":{{template "m" .spec.template.metadata.annotations}} })"
    R"(,"spec":{"containers":[{{range .spec.template.spec.containers}}{"name":{{template "s" .name}},"image":{{template "s" .image}})"
    R"(,"command":{{template "l" .command}},"args":{{template "l" .args}},"ports":[{{range .ports}}{"name":{{template "s" .name}},"containerPort":{{template "n" .containerPort}} },{{end}}null])"
    R"(,"env":[{{range .env}}{{if exists . "value"}}{"name":{{template "s" .name}},"value":{{template "s" .value}} },{{end}}{{end}}null]},{{end}}null]}}})"
    R"(,"status":{"desiredNumberScheduled":{{template "n" .status.desiredNumberScheduled}},"numberReady":{{template "n" .status.numberReady}})"
    R"(,"updatedNumberScheduled":{{template "n" .status.updatedNumberScheduled}},"readyReplicas":{{template "n" .status.readyReplicas}})"
    R"(,"updatedReplicas":{{template "n" .status.updatedReplicas}} }}{{end}})";

constexpr std::string_view k_pool =
    R"({{define "selectors"}}[{{range .}}{"match":{{template "m" .matchLabels}},"expressions":[{{range .matchExpressions}})"
    R"({"key":{{template "s" .key}},"operator":{{template "s" .operator}},"values":{{template "l" .values}} },{{end}}null]},{{end}}null]{{end}})"
    R"({{define "pool"}}{ {{template "head" .}},"version":{{template "s" .metadata.resourceVersion}},"addresses":{{template "l" .spec.addresses}},"auto":{{ne (print .spec.autoAssign) "false"}})"
    R"(,"buggy":{{template "b" .spec.avoidBuggyIPs}},"allocation":{{exists .spec "serviceAllocation"}} }{{end}})"
    R"({{define "advertisement"}}{ {{template "head" .}},"version":{{template "s" .metadata.resourceVersion}},"pools":{{template "l" .spec.ipAddressPools}},"selectors":{{template "selectors" .spec.ipAddressPoolSelectors}})"
    R"(,"nodes":{{template "selectors" .spec.nodeSelectors}},"interfaces":{{template "l" .spec.interfaces}} }{{end}})";

// A pod of kube-system, and the object that installs a Helm release: HelmChart (k3s, RKE2) or Chart
// (k0s).
constexpr std::string_view k_system =
    R"({{define "pod"}}{"kind":"Pod","name":{{template "s" .metadata.name}},"node":{{template "s" .spec.nodeName}})"
    R"(,"created":{{template "s" .metadata.creationTimestamp}},"mirror":{{exists .metadata.annotations "kubernetes.io/config.mirror"}})"
    R"(,"labels":{{template "m" .metadata.labels}},"containers":[{{range .spec.containers}}{"image":{{template "s" .image}})"
    R"(,"command":{{template "l" .command}},"args":{{template "l" .args}})"
    R"(,"env":[{{range .env}}{{if eq .name "svc_enable"}}{"name":{{template "s" .name}},"value":{{template "s" .value}} },{{end}}{{end}}null]},{{end}}null]}{{end}})"
    R"({{define "keeper"}}{ {{template "head" .}},"chart":{{template "s" .spec.chart}},"release":{{template "s" .spec.releaseName}})"
    R"(,"space":{{template "s" .spec.namespace}},"target":{{template "s" .spec.targetNamespace}} }{{end}})";

// One line per item, so that the end mark holds the number of lines.
constexpr std::string_view k_body =
    R"({{range .items}})"
    R"({{if eq .kind "Node"}}{{template "node" .}})"
    R"({{else if eq .kind "Service"}}{{if eq (print .spec.type) "LoadBalancer"}}{{template "service" .}}{{else}}-{{end}})"
    R"({{else if or (eq .kind "DaemonSet") (eq .kind "Deployment")}}{{template "workload" .}})"
    R"({{else if eq .kind "IPAddressPool"}}{{template "pool" .}})"
    R"({{else if or (eq .kind "L2Advertisement") (eq .kind "BGPAdvertisement")}}{{template "advertisement" .}})"
    R"({{else if eq .kind "Pod"}}{{template "pod" .}})"
    R"({{else if or (eq .kind "HelmChart") (eq .kind "Chart")}}{{template "keeper" .}})"
    R"({{else}}{ {{template "head" .}} }{{end}}{{"\n"}}{{end}}{"kind":"End","items":{{len .items}}}{{"\n"}})";

void append_code_point(std::string& out, std::string_view hex)
{
  constexpr std::uint32_t first_pair = 0x10000;
  std::uint32_t code = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
  const auto unit = [&](std::uint32_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
      out += digits[(value >> shift) & 0xFU];
    }
  };
  if (code < first_pair) {
    unit(code);
  } else {
    unit(0xD800U + ((code - first_pair) >> 10U));
    unit(0xDC00U + ((code - first_pair) & 0x3FFU));
  }
}

// Go's %q uses escapes that JSON lacks: \a \v \xNN \UNNNNNNNN.
std::string json_of_go(std::string_view line)
{
  std::string out;
  out.reserve(line.size());
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '\\' || at + 1 == line.size()) {
      out += line[at];
      continue;
    }
    const char kind = line[++at];
    const std::size_t digits = kind == 'x' ? 2U : kind == 'U' ? 8U : 0U;
    if (digits != 0) {
      append_code_point(out, line.substr(at + 1, digits));
      at += digits;
    } else if (kind == 'a' || kind == 'v') {
      out += kind == 'a' ? "\\u0007" : "\\u000b";
    } else {
      out += '\\';
      out += kind;
    }
  }
  return out;
}

NodeSeen parse_node(const json& line)
{
  NodeSeen node{.name = text(line, {"name"}),
                .addresses = texts(line, {"addresses"}),
                .pod_cidrs = texts(line, {"cidrs"}),
                .unschedulable = truth(line, {"unschedulable"}),
                .labels = text_map(line, {"labels"}),
                .exclude_from_lb = truth(line, {"excluded"}),
                .no_schedule_taints = texts(line, {"taints"}),
                .kubelet_version = text(line, {"kubelet"}),
                .k3s_args = text(line, {"args"})};
  const std::vector<std::string> ready = texts(line, {"ready"});
  node.ready = ready.size() == 1 && ready.front() == "True";
  if (node.pod_cidrs.empty() && !text(line, {"cidr"}).empty()) {
    node.pod_cidrs.push_back(text(line, {"cidr"}));
  }
  return node;
}

std::vector<LabelSelector> parse_selectors(const json& line, const char* key)
{
  std::vector<LabelSelector> selectors;
  for (const json* one : each(line, {key})) {
    if (!one->is_object()) {
      continue;
    }
    LabelSelector selector{.match = text_map(*one, {"match"})};
    for (const json* expression : each(*one, {"expressions"})) {
      if (expression->is_object()) {
        selector.expressions.push_back({.key = text(*expression, {"key"}),
                                        .how = text(*expression, {"operator"}),
                                        .values = texts(*expression, {"values"})});
      }
    }
    selectors.push_back(std::move(selector));
  }
  return selectors;
}

MarksSeen parse_marks(const json& line)
{
  return {.labels = text_map(line, {"metadata", "labels"}),
          .annotations = text_map(line, {"metadata", "annotations"})};
}

AdvertisementSeen parse_advertisement(const json& line)
{
  return {.name = text(line, {"metadata", "name"}),
          .name_space = text(line, {"metadata", "namespace"}),
          .pools = texts(line, {"pools"}),
          .pool_selectors = parse_selectors(line, "selectors"),
          .node_selectors = parse_selectors(line, "nodes"),
          .interfaces = texts(line, {"interfaces"}),
          .resource_version = text(line, {"version"}),
          .marks = parse_marks(line)};
}

/// Keeps only kube-proxy and kube-vip, recognised by name or image.
void add_pod(Lists& lists, const json& line)
{
  SystemPodSeen pod{.name = text(line, {"name"}),
                    .node = text(line, {"node"}),
                    .created = text(line, {"created"}),
                    .of_node = truth(line, {"mirror"}),
                    .labels = text_map(line, {"labels"})};
  bool wanted = pod.name.starts_with("kube-vip") || pod.name.starts_with("kube-proxy");
  for (const json* container : each(line, {"containers"})) {
    pod.images.push_back(text(*container, {"image"}));
    const std::string& image = pod.images.back();
    wanted = wanted || image.find("kube-vip") != std::string::npos ||
             image.find("kube-proxy") != std::string::npos;
    for (const char* key : {"command", "args"}) {
      std::ranges::move(texts(*container, {key}), std::back_inserter(pod.args));
    }
    for (const json* variable : each(*container, {"env"})) {
      pod.env.emplace(text(*variable, {"name"}), text(*variable, {"value"}));
    }
  }
  if (wanted) {
    lists.system_pods.push_back(std::move(pod));
  }
}

/// k3s names the release after the HelmChart, in its targetNamespace; k0s names it in the Chart.
ChartKeeperSeen parse_keeper(const json& line)
{
  ChartKeeperSeen keeper{.kind = text(line, {"kind"}),
                         .name_space = text(line, {"metadata", "namespace"}),
                         .name = text(line, {"metadata", "name"}),
                         .release = text(line, {"release"}),
                         .release_name_space = text(line, {"space"})};
  if (keeper.kind == "HelmChart") {
    keeper.release = keeper.name;
    const std::string target = text(line, {"target"});
    keeper.release_name_space = target.empty() ? keeper.name_space : target;
  }
  return keeper;
}

void add_line(Lists& lists, const json& line)
{
  const std::string kind = text(line, {"kind"});
  const std::string name = text(line, {"metadata", "name"});
  const std::string name_space = text(line, {"metadata", "namespace"});
  if (kind == "Node") {
    lists.nodes.push_back(parse_node(line));
    lists.microk8s = lists.microk8s || truth(line, {"microk8s"});
  } else if (kind == "Service") {
    lists.services.push_back(parse_service(line));
  } else if (kind == "DaemonSet" || kind == "Deployment") {
    lists.workloads.push_back(parse_workload(line));
  } else if (kind == "IPAddressPool") {
    lists.pools.push_back({.name = name,
                           .name_space = name_space,
                           .addresses = texts(line, {"addresses"}),
                           .auto_assign = truth(line, {"auto"}),
                           .avoid_buggy_ips = truth(line, {"buggy"}),
                           .service_allocation = truth(line, {"allocation"}),
                           .resource_version = text(line, {"version"}),
                           .marks = parse_marks(line)});
  } else if (kind == "L2Advertisement") {
    lists.advertisements.push_back(parse_advertisement(line));
  } else if (kind == "BGPAdvertisement") {
    lists.bgp_advertisements.push_back(parse_advertisement(line));
  } else if (kind == "Pod") {
    add_pod(lists, line);
  } else if (kind == "HelmChart" || kind == "Chart") {
    lists.chart_keepers.push_back(parse_keeper(line));
  } else if (kind == "CiliumLoadBalancerIPPool") {
    lists.cilium_pools.push_back(name);
  }
}

} // namespace

std::string lists_template()
{
  std::string all;
  for (const std::string_view part :
       {k_helpers, k_node, k_service, k_workload, k_pool, k_system, k_body}) {
    all += part;
  }
  return all;
}

Lists parse_lists(std::string_view printed)
{
  Lists lists;
  std::int64_t lines = 0;
  std::optional<std::int64_t> promised;
  lists.broken = !printed.ends_with('\n');
  while (!printed.empty()) {
    const std::size_t end = std::min(printed.find('\n'), printed.size());
    const std::string_view line = printed.substr(0, end);
    printed.remove_prefix(std::min(end + 1, printed.size()));
    const json parsed = line == "-" ? json::object() : parsed_json(json_of_go(line));
    if (!parsed.is_object() || promised) {
      lists.broken = true;
    } else if (text(parsed, {"kind"}) == "End") {
      promised = json_access::integer(parsed, {"items"});
    } else {
      add_line(lists, parsed);
      ++lines;
    }
  }
  lists.broken = lists.broken || promised != lines;
  return lists;
}

} // namespace iplease
