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

/// Whether a fact was seen and, if not, why.
enum class Look { not_looked, seen, absent, forbidden, unreachable, failed };

/// A fact and how it was looked at. `why` quotes the tool if it was not seen.
template <class T> struct Seen {
  Look look = Look::not_looked;
  T value{};
  std::string why{};
  [[nodiscard]] bool found() const noexcept { return look == Look::seen; }
  [[nodiscard]] bool absent() const noexcept { return look == Look::absent; }
  bool operator==(const Seen&) const = default;
};

/// How a kind of objects was looked at; the objects are stored beside it. An empty list means
/// "none" only if the look is `seen`.
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
  std::string helm{}; ///< "v3.16.4" or "v3.16"; empty: not asked, or not found
  std::string helm_error{};
  std::string server{}; ///< API server gitVersion; empty: unreachable
  std::string server_error{};
  std::string kubeconfig_error{}; ///< why kubectl has no server to ask; empty: it has one
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

/// `helm history` of a release whose last revision is not deployed.
struct ReleasePast {
  int deployed = 0;     ///< the last deployed revision; 0: none ever
  std::string before{}; ///< the revision before the last one in release_line() form, or "absent"
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
  std::optional<ReleasePast> past{}; ///< nullopt: deployed, or the history could not be read
  bool operator==(const ReleaseSeen&) const = default;
};
/// "<status> <chart> revision <n>": a release as one comparable line for plan and journal.
[[nodiscard]] std::string release_line(const ReleaseSeen& release);

/// A Deployment, DaemonSet or StatefulSet, reduced to what planning needs.
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
  std::map<std::string, std::string> env{}; ///< env of the first container, literal values only
  std::vector<std::string> config_maps{};   ///< envFrom of the first container, in order
  /// "provider limits.cpu" -> "1", of all containers; as written, so `1000m` is the same amount.
  std::map<std::string, std::string> resources{};
  std::map<std::string, std::string> template_labels{};
  std::map<std::string, std::string> template_annotations{};
  int wanted = 0;
  int ready = 0;
  int updated = 0;
  std::string update_revision{}; ///< StatefulSet .status.updateRevision
  PodNeeds needs{};              ///< of its template; only read for the named workloads
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
  std::string uid{}; ///< tells it from another Service of the same name
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
  /// spec.serviceAllocation is set. With only a priority in it the pool serves no Service (0.14.8).
  bool service_allocation = false;
  std::string resource_version{};
  MarksSeen marks{};
  bool operator==(const PoolSeen&) const = default;
};

struct AdvertisementSeen {
  std::string name{};
  std::string name_space{};
  std::vector<std::string> pools{};
  std::vector<LabelSelector> pool_selectors{}; ///< any of them may match, besides `pools`
  std::vector<LabelSelector> node_selectors{}; ///< any of them may match; none: every node
  std::vector<std::string> interfaces{};       ///< layer 2 only; none: every interface
  std::string resource_version{};
  MarksSeen marks{};
  bool operator==(const AdvertisementSeen&) const = default;
};

/// A MetalLB 0.12 ConfigMap, in force or left over.
struct LegacyConfigSeen {
  std::string name_space{};
  std::string name{};
  std::string copy_of{};     ///< name of the original; empty: not iplease's copy
  std::string object_json{}; ///< the whole object as kubectl printed it, for a backup
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
  std::vector<LegacyConfigSeen> legacy_found{}; ///< every ConfigMap that may be a 0.12 one
  std::optional<LegacyConfigSeen> legacy{};     ///< the one that counts
  /// Deployment and DaemonSet of a MetalLB before 0.13 from manifests, as kubectl printed them, for
  /// a backup; empty: none.
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
  /// When config.conf was last written, by the API server's clock (managedFields).
  std::string config_written{};
  bool operator==(const KubeProxySeen&) const = default;
};

/// A provider.yaml candidate on disk.
struct ValuesFileSeen {
  std::string path{};
  bool exists = false;
  bool given = false;         ///< named by the operator
  bool folder_exists = false; ///< checked only if the file is given and absent
  Secret text{};
  std::string error{}; ///< why it could not be read
  bool operator==(const ValuesFileSeen&) const = default;
};

struct ProviderSeen {
  Seen<ReleaseSeen> release{};
  int values_revision = 0;       ///< revision whose values were read: the last deployed one
  Seen<Secret> release_values{}; ///< user-supplied values
  /// Where Helm's JSON of these values differs from iplease's reading of the YAML, masked. Only
  /// checked if the values are to be changed.
  std::vector<std::string> values_doubts{};
  std::vector<ValuesFileSeen> files{}; ///< candidates in the order of docs/settings.md
  Seen<WorkloadSeen> stateful_set{};
  std::string service{};    ///< Service with port 8443 that selects the pod; empty: not seen
  std::string config_map{}; ///< ConfigMap with AKASH_IP_OPERATOR; empty: none
  std::map<std::string, std::string> config{}; ///< its data
  Seen<std::string> pod_revision{};            ///< controller-revision-hash of its pod
  bool pod_ready = false;
  std::string pod_waiting{}; ///< reason of a waiting container, for the operator
  std::string pod_init{};    ///< running init container; empty: none
  std::string pod_node{};    ///< node of the pod; empty: not scheduled
  PodNeeds pod_needs{};      ///< of the live pod; `images` holds those its node has
  /// Contents (lengths only) of the Secrets and ConfigMaps named by the templates of provider and
  /// IP operator. Only read before a restart, and by doctor.
  Seen<std::vector<HeldObject>> held{};
  Seen<std::string> env_ip_operator{};    ///< printenv AKASH_IP_OPERATOR inside the pod
  Seen<std::string> config_ip_operator{}; ///< AKASH_IP_OPERATOR in `config_map`
  std::string status_address{};           ///< `address` of 8443/status, if asked
  /// Empty or missing keys of the wallet's Secret; their values are never read. Only asked if the
  /// release is not deployed.
  Seen<std::vector<std::string>> empty_keys{};
  /// What the trial of the upgrade would put there; not looked at if none is planned.
  Seen<WorkloadSeen> rendered_set{};
  std::map<std::string, std::string> rendered_config{}; ///< of the ConfigMap `config_map`
  bool operator==(const ProviderSeen&) const = default;
};

/// A lease that the IP operator gave up on (/ignored-leases): too many of its events failed.
struct IgnoredLeaseSeen {
  std::string lease{}; ///< "OWNER/DSEQ/GSEQ/OSEQ/PROVIDER"
  std::string owner{}; ///< first part of `lease`
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
  bool barrier = false; ///< 503 with an empty body, from the operator itself
  /// The newest ip-operator chart with the provider's appVersion, else with the nearest older one.
  Seen<std::string> chart_version{};
  std::string chart_app_version{}; ///< appVersion of that chart; empty: the provider's
  bool operator==(const IpOperatorSeen&) const = default;
};

/// A Kubespray inventory and its checkout on disk; looked at only with `--metallb kubespray`.
struct KubespraySeen {
  std::string inventory{};     ///< the folder; empty: not looked at
  std::string dir{};           ///< the checkout: given, or two levels above
  Seen<std::string> galaxy{};  ///< the checkout's galaxy.yml
  std::string given_version{}; ///< the release that was given; empty: use galaxy.yml
  /// Variable that its MetalLB role reads, by its templates: "metallb_ip_range" (before v2.22) or
  /// "metallb_config"; empty: no such role. galaxy.yml can be wrong about the release
  /// (kubernetes-sigs/kubespray issue 10664: tag v2.22.1 says 2.21.0), the role cannot.
  std::string role_reads{};
  bool has_play = false;                  ///< the checkout has a cluster.yml
  std::string hosts{};                    ///< the inventory file for ansible-playbook
  std::vector<std::string> hosts_found{}; ///< all candidates, if there is not exactly one
  bool cluster_folder = false;            ///< group_vars/k8s_cluster is a folder
  /// Files that Ansible reads for every host of the cluster, lowest precedence first: the inventory
  /// file, group_vars/all, group_vars/k8s_cluster.
  std::vector<ValuesFileSeen> files{};
  /// Files that it reads only for some hosts or groups; they win over `files`.
  std::vector<ValuesFileSeen> narrower{};
  std::string error{}; ///< why the folder cannot be read
  bool operator==(const KubespraySeen&) const = default;
};

/// Every fact that planning may use. Filled only by cluster/observe.
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
  std::set<std::string> crds{}; ///< only those that matter
  Looked releases_look{};
  std::vector<ReleaseSeen> releases{};
  Looked chart_keepers_look{};
  std::vector<ChartKeeperSeen> chart_keepers{};
  /// IPv4 default gateways of the machine that runs iplease, on most providers a node.
  std::vector<std::string> gateways{};
  Looked load_balancers_look{};
  std::vector<ServiceSeen> load_balancers{}; ///< every Service of type LoadBalancer
  Looked daemon_sets_look{};                 ///< for `workloads` and MetalLB's speakers
  std::vector<std::string> service_lb{}; ///< svclb-* DaemonSets (k3s), kube-vip, Cilium LB-IPAM...
  /// DaemonSets that identify an environment, and kube-vip's cloud provider.
  std::vector<WorkloadSeen> workloads{};
  /// Not looked at if MetalLB and the IP operator exist and nothing gives a reason to.
  Looked system_pods_look{};
  std::vector<SystemPodSeen> system_pods{};
  MetallbSeen metallb{};
  KubeProxySeen kube_proxy{};
  ProviderSeen provider{};
  IpOperatorSeen ip_operator{};
  KubespraySeen kubespray{};
  Seen<ServiceSeen> verify_service{}; ///< left over from a verification
  Looked rights_look{};               ///< whether all rights that the plan needs were checked
  std::vector<std::string> denied{};  ///< missing rights: "create services in metallb-system"
  /// Whether helm fetched the chart for that upgrade (`unreachable`: its repository, `absent`: the
  /// chart) and rendered it.
  Looked upgrade_render{};
  Seen<std::string> upgrade_trial{}; ///< the rendered upgrade with --dry-run=server: "" = accepted,
                                     ///< else the refusal
  MemorySeen memory{};
  UndoSeen undo{};
  bool assumed = false;                ///< plan --offline: nothing was looked at
  std::vector<std::string> evidence{}; ///< read-only commands that ran, in order
  bool operator==(const Observation&) const = default;
};

/// The observation that `plan --offline` assumes (docs/settings.md, Planning without a cluster).
[[nodiscard]] Observation assumed_observation();

} // namespace iplease
