// SPDX-License-Identifier: Apache-2.0
// In IPVS mode kube-proxy binds every LoadBalancer address on every node, so every node answers ARP
// for a leased address unless strictARP is on. kube-proxy reads its configuration file or its
// flags, never both: with --config its other flags do not count.
#include <iplease/facts/flags.hpp>
#include <iplease/facts/service_proxy.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace iplease::facts {

namespace {

using Proxy = Answer<ServiceProxy>;

constexpr const char* k_config_map = "kubectl -n kube-system get configmap kube-proxy -o yaml";
constexpr const char* k_daemon_set = "kubectl -n kube-system get daemonset kube-proxy -o yaml";
constexpr const char* k_by_hand =
    "on every node: curl -s localhost:10249/proxyMode; where it says ipvs, "
    "`sysctl net.ipv4.conf.all.arp_ignore` must say 1, else give kube-proxy --ipvs-strict-arp (or "
    "ipvs.strictARP: true in its configuration file) and restart it";
constexpr const char* k_flags_words =
    "add --ipvs-strict-arp to kube-proxy's arguments where they come from (Talos: "
    "cluster.proxy.extraArgs ipvs-strict-arp: \"true\"; else the DaemonSet's or the static pod's "
    "command), so that it starts anew";

const WorkloadSeen* daemon_set(const Observation& seen, std::string_view name)
{
  const auto at = std::ranges::find_if(seen.workloads, [&](const WorkloadSeen& one) {
    return one.kind == "DaemonSet" && one.name == name;
  });
  return at == seen.workloads.end() ? nullptr : &*at;
}

bool kubelet_is(const NodeSeen& node, std::string_view mark)
{
  return node.kubelet_version.find(mark) != std::string::npos;
}

/// k3s and RKE2 can run without any kube-proxy.
bool without_proxy(const NodeSeen& node)
{
  return is_true(flag_value(node_words(node.k3s_args), "disable-kube-proxy").value_or("false"));
}

Proxy replaced(std::string by, Evidence evidence, Sure sure)
{
  return answered(ServiceProxy{.replaced_by = std::move(by)}, {std::move(evidence)}, sure);
}

bool calico_ebpf(const Observation& seen)
{
  const WorkloadSeen* calico = daemon_set(seen, "calico-node");
  if (calico == nullptr) {
    return false;
  }
  const auto bpf = calico->env.find("FELIX_BPFENABLED");
  const Seen<WorkloadSeen>& proxy = seen.kube_proxy.daemon_set;
  // Calico's instructions keep the DaemonSet of kube-proxy and schedule it on no node.
  return (bpf != calico->env.end() && is_true(bpf->second)) ||
         (proxy.found() && proxy.value.wanted == 0);
}

/// What kube-proxy does if only its flags count.
struct Told {
  std::string mode = "iptables";
  bool strict = false;
  bool by_file = false; ///< --config: the flags do not count
};

Told told_by(const std::vector<std::string>& words)
{
  const std::string mode = flag_value(words, "proxy-mode").value_or("");
  return {.mode = mode.empty() ? "iptables" : mode,
          .strict = is_true(flag_value(words, "ipvs-strict-arp").value_or("false")),
          .by_file = flag_value(words, "config").has_value()};
}

/// Adds one kube-proxy with flags, named `who`, to the answer.
void add_told(ServiceProxy& proxy, const Told& told, const std::string& who)
{
  if (told.mode == "ipvs" && !told.strict) {
    proxy.without.push_back(who);
  }
  if (proxy.mode.empty() || told.mode == "ipvs") {
    proxy.mode = told.mode;
  }
}

/// On k3s and RKE2 each node has its own arguments.
Proxy node_arguments(const Observation& seen, const std::string& name)
{
  ServiceProxy proxy{.told = ProxyTold::node_arguments, .teller = name};
  proxy.where_to_set = "add `kube-proxy-arg: [proxy-mode=ipvs, ipvs-strict-arp=true]` to "
                       "/etc/rancher/" +
                       name + "/config.yaml on ";
  std::vector<Evidence> evidence;
  std::string silent;
  for (const NodeSeen& node : seen.nodes) {
    const std::string command = "kubectl get node " + node.name + " -o yaml";
    const Told told = told_by(kube_proxy_flags(node.k3s_args));
    if (node_words(node.k3s_args).empty() || told.by_file) {
      silent += (silent.empty() ? "" : ", ") + node.name;
      continue;
    }
    evidence.push_back({command, name + ".io/node-args: " + node.k3s_args});
    add_told(proxy, told, "node " + node.name);
  }
  for (const std::string& who : proxy.without) {
    proxy.where_to_set += (&who == &proxy.without.front() ? "" : ", ") + who;
  }
  proxy.where_to_set += ", then restart " + name + " there";
  if (proxy.without.empty() && (!silent.empty() || seen.nodes.empty())) {
    Proxy no = unseen<ServiceProxy>(Look::absent,
                                    seen.nodes.empty() ? "the nodes were not listed"
                                                       : "kube-proxy's arguments on " + silent +
                                                             " are not in its annotation " + name +
                                                             ".io/node-args",
                                    k_by_hand);
    no.value.teller = name;
    return no;
  }
  return answered(std::move(proxy), std::move(evidence));
}

Proxy micro_k8s()
{
  Proxy no = unseen<ServiceProxy>(
      Look::absent,
      "MicroK8s runs kube-proxy inside its own process",
      "on every node: cat /var/snap/microk8s/current/args/kube-proxy; with --proxy-mode=ipvs add "
      "--ipvs-strict-arp there, then: snap restart microk8s");
  no.value.teller = "MicroK8s";
  return no;
}

Proxy config_map(const Observation& seen, Sure sure)
{
  ServiceProxy proxy{.told = ProxyTold::config_map, .teller = "ConfigMap kube-proxy"};
  proxy.config = find_strict_arp(seen.kube_proxy.config.value);
  proxy.mode = proxy.config.mode.empty() ? "iptables" : proxy.config.mode;
  if (proxy.mode == "ipvs" && proxy.config.state != StrictArp::on) {
    proxy.without.emplace_back("ConfigMap kube-proxy");
  }
  const std::string field = "mode: " + proxy.config.mode + ", strictARP: " + proxy.config.spelling;
  return answered(std::move(proxy), {{k_config_map, field}}, sure);
}

Proxy by_flags(ServiceProxy proxy, std::vector<Evidence> evidence)
{
  proxy.told = ProxyTold::flags;
  proxy.where_to_set = k_flags_words;
  return answered(std::move(proxy), std::move(evidence));
}

bool has_image(const SystemPodSeen& pod, std::string_view part)
{
  return std::ranges::any_of(
      pod.images, [&](const std::string& image) { return image.find(part) != std::string::npos; });
}

/// Static pods (kOps, MetalK8s, manifests on nodes), each with its own flags.
std::optional<Proxy> of_static_pods(const Observation& seen)
{
  ServiceProxy proxy{.teller = "static pods of kube-proxy"};
  std::vector<Evidence> evidence;
  std::set<std::string> told_nodes;
  for (const SystemPodSeen& pod : seen.system_pods) {
    if (!pod.of_node || !has_image(pod, "kube-proxy")) {
      continue;
    }
    const Told told = told_by(pod.args);
    if (told.by_file) {
      return unseen<ServiceProxy>(
          Look::absent, "pod " + pod.name + " reads a file of its node", k_by_hand);
    }
    evidence.push_back(
        {"kubectl -n kube-system get pod " + pod.name + " -o yaml", "--proxy-mode=" + told.mode});
    add_told(proxy, told, "pod " + pod.name);
    told_nodes.insert(pod.node);
  }
  const auto silent = [&](const NodeSeen& node) { return !told_nodes.contains(node.name); };
  const auto other = std::ranges::find_if(seen.nodes, silent);
  if (evidence.empty()) {
    return std::nullopt;
  }
  if (proxy.without.empty() && other != seen.nodes.end()) {
    return unseen<ServiceProxy>(
        Look::absent, "node " + other->name + " has no such pod", k_by_hand);
  }
  return by_flags(std::move(proxy), std::move(evidence));
}

Proxy outside()
{
  return unseen<ServiceProxy>(
      Look::absent,
      "there is no DaemonSet kube-proxy; it may be a process of the nodes, where IPVS can be the "
      "default",
      k_by_hand);
}

/// kube-proxy as its DaemonSet runs it.
Proxy of_daemon_set(const Observation& seen, const WorkloadSeen& live)
{
  const Seen<std::string>& config = seen.kube_proxy.config;
  if (live.wanted == 0) {
    return answered(ServiceProxy{.on_no_node = true},
                    {{k_daemon_set, "status.desiredNumberScheduled: 0"}});
  }
  const Told told = told_by(live.args);
  const bool flags = std::ranges::any_of(
      live.args, [](const std::string& word) { return word.find("--") != std::string::npos; });
  if (flags && !told.by_file) {
    ServiceProxy proxy{.teller = "flags of DaemonSet kube-proxy"};
    add_told(proxy, told, "DaemonSet kube-proxy");
    return by_flags(std::move(proxy), {{k_daemon_set, "--proxy-mode=" + told.mode}});
  }
  if (config.absent() || (config.found() && config.value.empty())) {
    return unseen<ServiceProxy>(
        Look::absent,
        config.found() ? "ConfigMap kube-proxy has no config.conf"
                       : "DaemonSet kube-proxy reads a file that is not in ConfigMap kube-proxy",
        k_by_hand);
  }
  return config.found() ? config_map(seen, Sure::seen)
                        : unseen<ServiceProxy>(config.look, config.why, k_by_hand);
}

/// What replaces kube-proxy or runs it inside the distribution's own process; otherwise nothing.
std::optional<Proxy> replacement(const Observation& seen)
{
  if (seen.kube_proxy.environment == "cilium") {
    return replaced("Cilium",
                    {"kubectl -n kube-system get configmap cilium-config -o yaml",
                     "kube-proxy-replacement, or DaemonSet cilium without kube-proxy"},
                    Sure::seen);
  }
  for (const char* name : {"k3s", "rke2"}) {
    const std::string mark = std::string("+") + name;
    const auto is = [&](const NodeSeen& node) { return kubelet_is(node, mark); };
    if (std::ranges::any_of(seen.nodes, is) && !std::ranges::any_of(seen.nodes, without_proxy)) {
      return node_arguments(seen, name);
    }
  }
  const auto micro = [](const NodeSeen& node) {
    return node.labels.contains("microk8s.io/cluster");
  };
  if (std::ranges::any_of(seen.nodes, micro)) {
    return micro_k8s();
  }
  if (calico_ebpf(seen)) {
    return replaced("Calico eBPF",
                    {"kubectl -n kube-system get daemonset calico-node -o yaml",
                     "FELIX_BPFENABLED, or kube-proxy on no node"},
                    Sure::inferred);
  }
  return std::nullopt;
}

} // namespace

Answer<ServiceProxy> service_proxy(const Observation& seen)
{
  if (auto other = replacement(seen)) {
    return *other;
  }
  const Seen<WorkloadSeen>& live = seen.kube_proxy.daemon_set;
  const Seen<std::string>& config = seen.kube_proxy.config;
  if (live.found()) {
    return of_daemon_set(seen, live.value);
  }
  if (!live.absent()) {
    // The DaemonSet is unreadable, or the plan has no cluster: only the ConfigMap counts.
    return config.found()    ? config_map(seen, Sure::inferred)
           : config.absent() ? unseen<ServiceProxy>(live.look, live.why, k_by_hand)
                             : unseen<ServiceProxy>(config.look, config.why, k_by_hand);
  }
  for (const auto& [name, by] :
       {std::pair{"kube-router", "kube-router"}, std::pair{"cilium", "Cilium"}}) {
    const WorkloadSeen* one = daemon_set(seen, name);
    if (one != nullptr && flag_value(one->args, "run-service-proxy").value_or("true") != "false") {
      return replaced(
          by,
          {"kubectl get daemonsets -A", "kube-proxy is not there, " + one->name + " is"},
          Sure::inferred);
    }
  }
  const auto pods = of_static_pods(seen);
  return pods ? *pods : outside();
}

namespace {

const SystemPodSeen* oldest_proxy_pod(const Observation& seen)
{
  const SystemPodSeen* oldest = nullptr;
  for (const SystemPodSeen& pod : seen.system_pods) {
    const bool live = !pod.of_node && pod.name.starts_with("kube-proxy") && !pod.created.empty();
    if (live && (oldest == nullptr || pod.created < oldest->created)) {
      oldest = &pod;
    }
  }
  return oldest;
}

} // namespace

bool system_pods_tell(const Observation& seen)
{
  const Proxy proxy = service_proxy(seen);
  const bool none = !proxy.known() && proxy.value.teller.empty();
  return none || (proxy.value.told == ProxyTold::config_map && proxy.value.mode == "ipvs" &&
                  proxy.value.without.empty());
}

Answer<ProxyRuns> proxy_runs(const Observation& seen)
{
  constexpr const char* written = "kubectl -n kube-system get configmap kube-proxy "
                                  "--show-managed-fields -o yaml";
  constexpr const char* pods = "kubectl -n kube-system get pods -l k8s-app=kube-proxy -o yaml";
  constexpr const char* by_hand =
      "on every node: sysctl net.ipv4.conf.all.arp_ignore, which must say 1; where it does not: "
      "kubectl -n kube-system rollout restart daemonset/kube-proxy";
  const Proxy proxy = service_proxy(seen);
  const bool asks = proxy.known() && proxy.value.told == ProxyTold::config_map &&
                    proxy.value.mode == "ipvs" && proxy.value.without.empty();
  if (!asks || seen.assumed) {
    return answered(ProxyRuns{}, proxy.evidence, proxy.sure);
  }
  if (!seen.system_pods_look.found()) {
    return unseen<ProxyRuns>(seen.system_pods_look.look,
                             "the pods of kube-proxy: " + seen.system_pods_look.why,
                             by_hand);
  }
  ProxyRuns runs{.written = seen.kube_proxy.config_written};
  if (const SystemPodSeen* oldest = oldest_proxy_pod(seen)) {
    runs.oldest = oldest->name;
    runs.since = oldest->created;
  }
  if (runs.written.empty() || runs.oldest.empty()) {
    return unseen<ProxyRuns>(Look::absent,
                             runs.oldest.empty() ? "no pod of kube-proxy was seen"
                                                 : "the API server did not note when ConfigMap "
                                                   "kube-proxy was written",
                             by_hand);
  }
  runs.owes_restart = runs.written > runs.since; // both like 2026-11-29T10:00:00Z
  std::vector<Evidence> evidence{
      {written, "f:config.conf written " + runs.written},
      {pods, runs.oldest + ": metadata.creationTimestamp " + runs.since}};
  return answered(std::move(runs), std::move(evidence));
}

std::string to_words(const Answer<ServiceProxy>& proxy)
{
  if (!proxy.known()) {
    return "how kube-proxy runs could not be seen: " + proxy.why;
  }
  if (!proxy.value.replaced_by.empty()) {
    return proxy.value.replaced_by + " does the work of kube-proxy";
  }
  if (proxy.value.on_no_node) {
    return "kube-proxy runs on no node";
  }
  if (!proxy.value.config.error.empty()) {
    return "its configuration cannot be read: " + proxy.value.config.error;
  }
  return "mode " + proxy.value.mode +
         (proxy.value.mode != "ipvs"    ? ", strictARP does not matter"
          : proxy.value.without.empty() ? ", strictARP is on"
                                        : ", strictARP is off");
}

} // namespace iplease::facts
