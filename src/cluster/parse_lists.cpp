// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include "json_access.hpp"
#include <charconv>

namespace iplease {
namespace {

using json_access::each;
using json_access::text;
using json_access::text_map;
using json_access::texts;
using json_access::truth;
using nlohmann::json;

// Every string is printed with %q. Arrays end with null and objects with "":"" because a
// template cannot leave out the last comma; the readers skip both. A brace is kept apart from
// "{{" by a blank.
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
    R"({{define "workload"}}{ {{template "head" .}},"spec":{ {{if exists .spec "replicas"}}"replicas":{{template "n" .spec.replicas}},{{end}})"
    R"("selector":{"matchLabels":{{template "m" .spec.selector.matchLabels}} },"template":{"metadata":{"annotations":{{template "m" .spec.template.metadata.annotations}} })"
    R"(,"spec":{"containers":[{{range .spec.template.spec.containers}}{"name":{{template "s" .name}},"image":{{template "s" .image}})"
    R"(,"command":{{template "l" .command}},"args":{{template "l" .args}},"ports":[{{range .ports}}{"name":{{template "s" .name}},"containerPort":{{template "n" .containerPort}} },{{end}}null])"
    R"(,"env":[{{range .env}}{{if exists . "value"}}{"name":{{template "s" .name}},"value":{{template "s" .value}} },{{end}}{{end}}null]},{{end}}null]}}})"
    R"(,"status":{"desiredNumberScheduled":{{template "n" .status.desiredNumberScheduled}},"numberReady":{{template "n" .status.numberReady}})"
    R"(,"updatedNumberScheduled":{{template "n" .status.updatedNumberScheduled}},"readyReplicas":{{template "n" .status.readyReplicas}})"
    R"(,"updatedReplicas":{{template "n" .status.updatedReplicas}} }}{{end}})";

constexpr std::string_view k_pool =
    R"({{define "pool"}}{ {{template "head" .}},"version":{{template "s" .metadata.resourceVersion}},"addresses":{{template "l" .spec.addresses}},"auto":{{ne (print .spec.autoAssign) "false"}})"
    R"(,"buggy":{{template "b" .spec.avoidBuggyIPs}},"allocation":{{exists .spec "serviceAllocation"}} }{{end}})"
    R"({{define "advertisement"}}{ {{template "head" .}},"version":{{template "s" .metadata.resourceVersion}},"pools":{{template "l" .spec.ipAddressPools}},"selectors":{{template "b" .spec.ipAddressPoolSelectors}})"
    R"(,"nodes":[{{range .spec.nodeSelectors}}{"match":{{template "m" .matchLabels}},"expressions":[{{range .matchExpressions}})"
    R"({"key":{{template "s" .key}},"operator":{{template "s" .operator}},"values":{{template "l" .values}} },{{end}}null]},{{end}}null],"interfaces":{{template "l" .spec.interfaces}} }{{end}})";

constexpr std::string_view k_body =
    R"({{range .items}}{{$app := ""}}{{if exists .metadata.labels "app"}}{{$app = index .metadata.labels "app"}}{{end}})"
    R"({{$name := ""}}{{if exists .metadata.labels "app.kubernetes.io/name"}}{{$name = index .metadata.labels "app.kubernetes.io/name"}}{{end}})"
    R"({{if eq .kind "Node"}}{{template "node" .}}{{"\n"}})"
    R"({{else if eq .kind "Service"}}{{if eq (print .spec.type) "LoadBalancer"}}{{template "service" .}}{{"\n"}}{{end}})"
    R"({{else if eq .kind "DaemonSet"}}{{template "workload" .}}{{"\n"}})"
    R"({{else if eq .kind "Deployment"}}{{if or (eq $app "metallb") (eq $name "metallb")}}{{template "workload" .}}{{"\n"}}{{end}})"
    R"({{else if eq .kind "IPAddressPool"}}{{template "pool" .}}{{"\n"}})"
    R"({{else if eq .kind "L2Advertisement"}}{{template "advertisement" .}}{{"\n"}})"
    R"({{else}}{ {{template "head" .}} }{{"\n"}}{{end}}{{end}})";

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

// Go's %q escapes a few characters in ways that JSON does not know: \a \v \xNN \UNNNNNNNN.
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

std::vector<LabelSelector> parse_selectors(const json& line)
{
  std::vector<LabelSelector> selectors;
  for (const json* one : each(line, {"nodes"})) {
    if (!one->is_object()) {
      continue;
    }
    LabelSelector selector{.match = text_map(*one, {"match"})};
    selector.match.erase("");
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
                           .resource_version = text(line, {"version"})});
  } else if (kind == "L2Advertisement") {
    lists.advertisements.push_back({.name = name,
                                    .name_space = name_space,
                                    .pools = texts(line, {"pools"}),
                                    .has_selectors = truth(line, {"selectors"}),
                                    .node_selectors = parse_selectors(line),
                                    .interfaces = texts(line, {"interfaces"}),
                                    .resource_version = text(line, {"version"})});
  } else if (kind == "CiliumLoadBalancerIPPool") {
    lists.cilium_pools.push_back(name);
  }
}

} // namespace

std::string lists_template()
{
  std::string all;
  for (const std::string_view part : {k_helpers, k_node, k_service, k_workload, k_pool, k_body}) {
    all += part;
  }
  return all;
}

Lists parse_lists(std::string_view printed)
{
  Lists lists;
  while (!printed.empty()) {
    const std::size_t end = std::min(printed.find('\n'), printed.size());
    const std::string_view line = printed.substr(0, end);
    printed.remove_prefix(std::min(end + 1, printed.size()));
    if (line.empty()) {
      continue;
    }
    const json parsed = json::parse(json_of_go(line), nullptr, false);
    if (parsed.is_object()) {
      add_line(lists, parsed);
    } else {
      lists.broken = true;
    }
  }
  return lists;
}

} // namespace iplease
