// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/label_selector.hpp>
#include <iplease/core/memory.hpp>
#include <iplease/core/pod_needs.hpp>
#include <iplease/core/secret.hpp>
#include <iplease/core/step.hpp>
#include <iplease/core/surroundings.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace iplease {

/// Three different answers when something was not seen, and the good one.
enum class Look { not_looked, seen, absent, forbidden, unreachable, failed };

/// A fact with the way it was (not) found. `why` quotes the tool when it was not seen.
template <class T> struct Seen {
  Look look = Look::not_looked;
  T value{};
  std::string why{};
  [[nodiscard]] bool found() const noexcept { return look == Look::seen; }
  [[nodiscard]] bool absent() const noexcept { return look == Look::absent; }
  bool operator==(const Seen&) const = default;
};

/// How a kind of things was looked at, where the things themselves stand beside it: an empty list
/// says that there are none only when the look is `seen`.
struct Looked {
  Look look = Look::not_looked;
  std::string why{};
  Looked() = default;
  Looked(Look how, std::string reason = {}) // NOLINT(google-explicit-constructor): `= Look::seen`
      : look(how),
        why(std::move(reason))
  {
  }
  [[nodiscard]] bool found() const noexcept { return look == Look::seen; }
  bool operator==(const Looked&) const = default;
  bool operator==(Look how) const noexcept { return look == how; }
};

struct ToolVersions {
  std::string kubectl{}; ///< client gitVersion, "v1.34.4"; empty: not found
  std::string kubectl_error{};
  std::string helm{}; ///< "v3.16.4"; two-part versions occur; empty: not asked, or not found
  std::string helm_error{};
  std::string server{}; ///< API server gitVersion; empty: unreachable
  std::string server_error{};
  std::string kubeconfig_error{}; ///< why kubectl was not told of a server; empty: it was
  bool operator==(const ToolVersions&) const = default;
};

struct NodeSeen {
  std::string name{};
  std::vector<std::string> addresses{}; ///< InternalIP and ExternalIP
  std::vector<std::string> pod_cidrs{};
  bool ready = false;
  bool unschedulable = false;
  std::map<std::string, std::string> labels{};
  bool exclude_from_lb = false; ///< label node.kubernetes.io/exclude-from-external-load-balancers
  std::vector<std::string> no_schedule_taints{}; ///< keys with effect NoSchedule or NoExecute
  std::string kubelet_version{};
  std::string k3s_args{}; ///< annotation k3s.io/node-args
  bool operator==(const NodeSeen&) const = default;
};

/// What `helm history` tells of a release whose last revision is not deployed.
struct ReleasePast {
  int deployed = 0;     ///< the revision that was deployed last; 0: none ever was
  std::string before{}; ///< the revision before the last one, as release_line() says it; "absent"
  bool operator==(const ReleasePast&) const = default;
};

/// A row of `helm list -A -a -o json`.
struct ReleaseSeen {
  std::string name{};
  std::string name_space{};
  int revision = 0;
  std::string status{}; ///< deployed, failed, pending-install, ...
  std::string updated{};
  std::string chart{};         ///< "provider-19.0.2"
  std::string chart_name{};    ///< "provider"
  std::string chart_version{}; ///< "19.0.2"
  std::string app_version{};
  std::optional<ReleasePast> past{}; ///< nothing: deployed, or the history could not be read
  bool operator==(const ReleaseSeen&) const = default;
};
/// "<status> <chart> revision <n>": a release as one comparable line of plan and journal.
[[nodiscard]] std::string release_line(const ReleaseSeen& release);

/// A Deployment, DaemonSet or StatefulSet, reduced to what planning reads.
struct WorkloadSeen {
  std::string kind{};
  std::string name_space{};
  std::string name{};
  std::string uid{};
  std::int64_t generation = 0; ///< 0: not read
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> selector{}; ///< matchLabels
  std::vector<std::string> images{};
  std::vector<std::string> args{};          ///< of all containers
  std::map<std::string, int> ports{};       ///< container port name -> number
  std::map<std::string, std::string> env{}; ///< literal env of the first container
  std::vector<std::string> config_maps{};   ///< envFrom of the first container, in its order
  /// Of all containers, "provider limits.cpu" -> "1"; as written, `1` and `1000m` are the same.
  std::map<std::string, std::string> resources{};
  std::map<std::string, std::string> template_labels{};
  std::map<std::string, std::string> template_annotations{};
  int wanted = 0;
  int ready = 0;
  int updated = 0;
  std::string update_revision{}; ///< StatefulSet .status.updateRevision
  PodNeeds needs{};              ///< of its template; read of the named workloads only
  std::map<std::string, std::string> annotations{};
  bool operator==(const WorkloadSeen&) const = default;
};

struct ServicePortSeen {
  std::string name{};
  int port = 0;
  std::string target{};
  std::string protocol{};
  bool operator==(const ServicePortSeen&) const = default;
};

struct ServiceSeen {
  std::string name_space{};
  std::string name{};
  std::string uid{}; ///< another Service of the same name has another
  std::string type{};
  std::string cluster_ip{};
  std::string lb_class{};
  std::string lb_ip{}; ///< spec.loadBalancerIP
  std::map<std::string, std::string> selector{};
  std::map<std::string, std::string> labels{};
  std::map<std::string, std::string> annotations{};
  std::vector<ServicePortSeen> ports{};
  std::vector<std::string> addresses{}; ///< status.loadBalancer.ingress
  std::string resource_version{};       ///< empty in lists
  bool operator==(const ServiceSeen&) const = default;
};

struct PoolSeen {
  std::string name{};
  std::string name_space{};
  std::vector<std::string> addresses{};
  bool auto_assign = true;
  bool avoid_buggy_ips = false;
  /// spec.serviceAllocation is set; one with a priority alone serves no Service at all (0.14.8).
  bool service_allocation = false;
  std::string resource_version{};
  MarksSeen marks{};
  bool operator==(const PoolSeen&) const = default;
};

struct AdvertisementSeen {
  std::string name{};
  std::string name_space{};
  std::vector<std::string> pools{};
  std::vector<LabelSelector> pool_selectors{}; ///< any of them, beside `pools`
  std::vector<LabelSelector> node_selectors{}; ///< any of them; none: every node
  std::vector<std::string> interfaces{};       ///< of layer 2; none: every interface
  std::string resource_version{};
  MarksSeen marks{};
  bool operator==(const AdvertisementSeen&) const = default;
};

/// A 0.12-era ConfigMap, still in force or a leftover.
struct LegacyConfigSeen {
  std::string name_space{};
  std::string name{};
  std::string copy_of{};     ///< the name of the original; empty: it is no copy of ours
  std::string object_json{}; ///< the whole object as kubectl printed it, for the backup
  std::string config{};      ///< data.config
  bool in_force = false;     ///< a controller older than 0.13 reads it
  bool operator==(const LegacyConfigSeen&) const = default;
};

struct MetallbSeen {
  std::string namespace_version{}; ///< resourceVersion of namespace metallb-system
  Looked controllers_look{};
  std::vector<WorkloadSeen> controllers{}; ///< by either label family, in any namespace
  std::vector<WorkloadSeen> speakers{};
  std::string version{}; ///< of the controller's image tag, without "v"
  Seen<std::vector<PoolSeen>> pools{};
  Seen<std::vector<AdvertisementSeen>> advertisements{};
  Seen<ServiceSeen> expose{};                   ///< Service `controller` in metallb-system
  int expose_endpoints = 0;                     ///< ready addresses behind port `monitoring`
  std::vector<LegacyConfigSeen> legacy_found{}; ///< every ConfigMap that may be the 0.12-era one
  std::optional<LegacyConfigSeen> legacy{};     ///< the one of them that rules
  /// Deployment and DaemonSet of a MetalLB before 0.13 that manifests installed, as kubectl printed
  /// them, for the backup; empty when there are none.
  std::string old_workloads_json{};
  Seen<std::vector<AdvertisementSeen>> bgp_advertisements{};
  bool operator==(const MetallbSeen&) const = default;
};

struct KubeProxySeen {
  Seen<std::string> config{};     ///< data["config.conf"] of the ConfigMap
  std::string resource_version{}; ///< of the ConfigMap
  Seen<WorkloadSeen> daemon_set{};
  std::string restarted_at{}; ///< template annotation kubectl.kubernetes.io/restartedAt
  std::string
      environment{}; ///< "", "cilium", "k3s", "rke2", "kube-router", "microk8s", "calico-ebpf"
  MarksSeen marks{}; ///< of the ConfigMap
  /// When somebody last wrote its config.conf, as the API server noted it (managedFields).
  std::string config_written{};
  bool operator==(const KubeProxySeen&) const = default;
};

/// A provider.yaml candidate on disk.
struct ValuesFileSeen {
  std::string path{};
  bool exists = false;
  bool given = false;         ///< named by the operator
  bool folder_exists = false; ///< looked at where the file is given and absent
  Secret text{};
  std::string error{}; ///< why it could not be read
  bool operator==(const ValuesFileSeen&) const = default;
};

struct ProviderSeen {
  Seen<ReleaseSeen> release{};
  int values_revision = 0;       ///< the revision whose values were read (last deployed one)
  Seen<Secret> release_values{}; ///< the user-supplied values
  /// Where Helm's JSON of the same values means something else than our reading of its YAML,
  /// masked; asked only where the values are to be changed.
  std::vector<std::string> values_doubts{};
  std::vector<ValuesFileSeen> files{}; ///< candidates in the order of docs/settings.md
  Seen<WorkloadSeen> stateful_set{};
  std::string service{};    ///< the Service of 8443, by its selector; empty: not seen
  std::string config_map{}; ///< the one that holds AKASH_IP_OPERATOR; empty: none does
  std::map<std::string, std::string> config{}; ///< its data
  Seen<std::string> pod_revision{};            ///< controller-revision-hash of its pod
  bool pod_ready = false;
  std::string pod_waiting{}; ///< reason of a waiting container, for people
  std::string pod_init{};    ///< the init container that runs; empty: none
  std::string pod_node{};    ///< where it runs; empty: no node took it
  PodNeeds pod_needs{};      ///< of the pod that is there; `images` are those a node has
  /// What is there of the Secrets and ConfigMaps that the templates of provider and IP operator
  /// name; read only before something is restarted, and by doctor.
  Seen<std::vector<HeldObject>> held{};
  Seen<std::string> env_ip_operator{};    ///< printenv AKASH_IP_OPERATOR inside the pod
  Seen<std::string> config_ip_operator{}; ///< AKASH_IP_OPERATOR in `config_map`
  std::string status_address{};           ///< `address` of 8443/status when asked for
  /// Of the wallet's Secret, asked only where the release is not deployed: its keys that hold
  /// nothing, or that are missing. What they hold is never read.
  Seen<std::vector<std::string>> empty_keys{};
  /// What the upgrade on trial would put there; not looked at where none is planned.
  Seen<WorkloadSeen> rendered_set{};
  std::map<std::string, std::string> rendered_config{}; ///< of the ConfigMap `config_map`
  bool operator==(const ProviderSeen&) const = default;
};

/// A lease that the IP operator gave up on (its /ignored-leases): too many events of it failed.
struct IgnoredLeaseSeen {
  std::string lease{}; ///< "OWNER/DSEQ/GSEQ/OSEQ/PROVIDER"
  std::string owner{}; ///< its first part
  std::string last_error{};
  std::int64_t failures = 0;
  bool operator==(const IgnoredLeaseSeen&) const = default;
};

struct IpOperatorSeen {
  Seen<ReleaseSeen> release{};
  Seen<WorkloadSeen> deployment{};      ///< operator-ip, or akash-ip-operator before chart 9
  std::string service{};                ///< "operator-ip:rest" or "akash-ip-operator:api"
  Seen<std::string> provider_address{}; ///< ConfigMap operator-ip, or --provider of old charts
  Seen<std::string> running_address{};
  Seen<std::string> usage_text{}; ///< body of /usage
  std::optional<std::int64_t> available{};
  std::optional<std::int64_t> in_use{};
  bool barrier = false; ///< 503 with an empty body: the operator itself speaks
  /// The newest ip-operator chart whose appVersion is the provider's, else the nearest older one.
  Seen<std::string> chart_version{};
  std::string chart_app_version{}; ///< of that chart; empty: the provider's
  bool operator==(const IpOperatorSeen&) const = default;
};

/// A Kubespray inventory and its checkout as they are on disk; looked at only with
/// `--metallb kubespray`.
struct KubespraySeen {
  std::string inventory{};     ///< the folder; empty: not looked at
  std::string dir{};           ///< the checkout: given, or two levels above
  Seen<std::string> galaxy{};  ///< its galaxy.yml
  std::string given_version{}; ///< the release that was given; empty: galaxy.yml tells
  /// What its MetalLB role reads, by the templates it has: "metallb_ip_range" (before v2.22) or
  /// "metallb_config"; empty: no such role there. galaxy.yml can name the release before
  /// (kubernetes-sigs/kubespray issue 10664: tag v2.22.1 says 2.21.0), the role cannot.
  std::string role_reads{};
  bool has_play = false;                  ///< the checkout has a cluster.yml
  std::string hosts{};                    ///< the inventory file that a play is given
  std::vector<std::string> hosts_found{}; ///< all candidates, when there is not exactly one
  bool cluster_folder = false;            ///< group_vars/k8s_cluster is a folder
  /// What Ansible reads for every host of the cluster, lowest precedence first: the inventory
  /// file, group_vars/all, group_vars/k8s_cluster.
  std::vector<ValuesFileSeen> files{};
  /// What it reads for some hosts or groups only; it wins over `files`.
  std::vector<ValuesFileSeen> narrower{};
  std::string error{}; ///< why the folder cannot be looked at
  bool operator==(const KubespraySeen&) const = default;
};

/// Every fact that planning may use, as one plain struct. Filled by cluster/observe only.
struct Observation {
  ToolVersions tools{};
  std::string kubeconfig{};
  std::string context{};
  Seen<std::string> cluster_uid{}; ///< UID of namespace kube-system
  std::vector<NodeSeen> nodes{};
  Looked nodes_look{};
  std::string service_ip{}; ///< cluster IP of Service default/kubernetes
  Looked namespaces_look{};
  std::map<std::string, std::map<std::string, std::string>> namespaces{}; ///< name -> labels
  std::map<std::string, std::map<std::string, std::string>> namespace_annotations{};
  Looked crds_look{};
  std::set<std::string> crds{}; ///< of those that matter
  Looked releases_look{};
  std::vector<ReleaseSeen> releases{};
  Looked chart_keepers_look{};
  std::vector<ChartKeeperSeen> chart_keepers{};
  /// Default gateways (IPv4) of the machine that iplease runs on, on most providers a node.
  std::vector<std::string> gateways{};
  Looked load_balancers_look{};
  std::vector<ServiceSeen> load_balancers{}; ///< every Service of type LoadBalancer
  Looked daemon_sets_look{};                 ///< of `workloads`, and of MetalLB's speakers
  std::vector<std::string> service_lb{}; ///< svclb-* DaemonSets (k3s), kube-vip, Cilium LB-IPAM...
  /// DaemonSets that identify an environment, and kube-vip's cloud provider.
  std::vector<WorkloadSeen> workloads{};
  /// Not looked at where MetalLB and the IP operator are there and nothing hints at a reason to.
  Looked system_pods_look{};
  std::vector<SystemPodSeen> system_pods{};
  MetallbSeen metallb{};
  KubeProxySeen kube_proxy{};
  ProviderSeen provider{};
  IpOperatorSeen ip_operator{};
  KubespraySeen kubespray{};
  Seen<ServiceSeen> verify_service{}; ///< leftover of a verification
  Looked rights_look{};               ///< whether all rights that the plan needs were answered
  std::vector<std::string>
      denied{}; ///< rights that are missing: "create services in metallb-system"
  /// Whether helm got the chart of that upgrade (`unreachable`: its repository, `absent`: the
  /// chart) and rendered it.
  Looked upgrade_render{};
  Seen<std::string> upgrade_trial{}; ///< rendered upgrade against --dry-run=server: "" = accepted,
                                     ///< else the refusal
  MemorySeen memory{};
  UndoSeen undo{};
  bool assumed = false;                ///< plan --offline: nothing was looked at
  std::vector<std::string> evidence{}; ///< the read-only commands that were run, in order
  bool operator==(const Observation&) const = default;
};

/// What `plan --offline` assumes (docs/settings.md, Planning without a cluster).
[[nodiscard]] Observation assumed_observation();

} // namespace iplease
