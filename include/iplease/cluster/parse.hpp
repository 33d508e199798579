// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/observation.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

// Parsers for the output of kubectl and helm, pure and total: unexpected text gives an empty fact
// or nullopt, never an exception.

// ---- why something was not seen (parse_errors.cpp)

/// How a read ended: `seen` on success, else judged by the error text of kubectl and helm.
[[nodiscard]] Look classify(const CommandResult& result);
/// The tool's error text, at most 600 bytes, without warnings and repeated discovery noise. Never
/// standard output, which may hold secrets.
[[nodiscard]] std::string why(const CommandResult& result);
/// What stopped `helm template`: its repository (`unreachable`), a missing chart (`absent`), or the
/// rendering itself (`failed`).
[[nodiscard]] Look chart_look(const CommandResult& rendered);
/// The line of stderr that forbids reading this one object; empty: none.
[[nodiscard]] std::string forbidden_line(const CommandResult& result,
                                         std::string_view plural,
                                         std::string_view name,
                                         std::string_view name_space);
/// The missing rights named on stderr, as "get configmaps in kube-system" or "list nodes".
[[nodiscard]] std::vector<std::string> missing_rights(const CommandResult& result);
/// Whether stderr forbids listing the whole kind.
[[nodiscard]] bool forbids_list(const CommandResult& result, std::string_view plural);
/// Standard output without its final line break. Output that does not end with one was cut:
/// `failed`.
[[nodiscard]] Seen<std::string> whole_lines(const CommandResult& result);

// ---- tools (parse_tools.cpp)

struct KubectlVersions {
  std::string client{};
  std::string server{}; ///< empty: no answer from the server
};
[[nodiscard]] KubectlVersions parse_kubectl_version(std::string_view printed);
/// The version from any form of `helm version`, also "v3.16". Empty: none found.
[[nodiscard]] std::string parse_helm_version(std::string_view printed);

// ---- releases (parse_tools.cpp)

[[nodiscard]] std::optional<std::vector<ReleaseSeen>> parse_helm_list(std::string_view printed);
/// What `helm history -o json` says about the time before `revision`. The last deployed revision is
/// the newest `deployed` one, else the newest `superseded`. Nullopt: not a history, or not of this
/// revision.
[[nodiscard]] std::optional<ReleasePast> parse_helm_history(std::string_view printed, int revision);
/// Splits "akash-ip-operator-19.0.2" into name and version.
void split_chart(std::string_view chart, std::string& name, std::string& version);

// ---- the IP operator (parse_tools.cpp)

struct Usage {
  std::optional<std::int64_t> available{};
  std::optional<std::int64_t> in_use{};
};
[[nodiscard]] Usage parse_usage(std::string_view body);
/// Parses the body of /ignored-leases, an object that maps a lease to its failures. Nullopt: not
/// such an object.
[[nodiscard]] std::optional<std::vector<IgnoredLeaseSeen>>
parse_ignored_leases(std::string_view body);
[[nodiscard]] Seen<std::vector<IgnoredLeaseSeen>> ignored_leases(const CommandResult& answer);
/// "akash1.../42/1/1/akash1...: failed 3 times, last with: ..."
[[nodiscard]] std::string to_text(const IgnoredLeaseSeen& lease);
/// Whether a failed /usage is the operator's own 503 with an empty body (its barrier). A 503 of the
/// API server carries a Status with a message.
[[nodiscard]] bool is_barrier(const CommandResult& result);

// ---- images (parse_tools.cpp)

/// "quay.io/metallb/controller:v0.14.8@sha256:..." -> "0.14.8"; empty when there is no tag.
[[nodiscard]] std::string image_version(std::string_view image);
/// Whether a version predates 0.13 and so uses a ConfigMap; false if unknown.
[[nodiscard]] bool before_0_13(std::string_view version);

// ---- the ConfigMap of MetalLB 0.12

/// The copy that a migration keeps in metallb-system until it is done, because Helm and Kubespray
/// remove the original. Its own name keeps it from overwriting anything.
inline constexpr const char* k_legacy_copy = "iplease-kept-config";
/// Annotation of the copy: the original's name.
inline constexpr const char* k_copy_of = "iplease.akash.network/copy-of";

// ---- named objects (parse_objects.cpp)

/// Objects that kubectl printed as JSON: a List or a single object. Drops the schemas of CRDs while
/// parsing.
class Objects {
public:
  Objects();
  ~Objects();
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  Objects(Objects&&) noexcept;
  Objects& operator=(Objects&&) noexcept;
  /// Returns false if the text is incomplete: not JSON, an object without kind or name, or empty.
  /// If an empty answer is possible, also ask for an object that always exists. Keeps managed
  /// fields only of ConfigMap kube-proxy, to know when it was written.
  bool read(std::string_view printed);
  /// Null: absent.
  [[nodiscard]] const nlohmann::json*
  find(std::string_view kind, std::string_view name, std::string_view name_space = {}) const;
  [[nodiscard]] std::vector<const nlohmann::json*> all(std::string_view kind) const;
  [[nodiscard]] const std::vector<nlohmann::json>& items() const;

private:
  struct Data;
  std::unique_ptr<Data> m_data;
};

[[nodiscard]] ServiceSeen parse_service(const nlohmann::json& object);
[[nodiscard]] WorkloadSeen parse_workload(const nlohmann::json& object);
/// Number of ready addresses behind the port with that name.
[[nodiscard]] int parse_endpoints(const nlohmann::json& object, std::string_view port);

struct PodSeen {
  std::string revision{}; ///< label controller-revision-hash
  bool ready = false;
  bool running = false;    ///< the named container runs, so exec works
  std::string container{}; ///< "provider" if it exists, else the first
  std::string waiting{};   ///< reason a container waits, or the pod's phase
  std::string init{};      ///< init container that runs and blocks the others
  std::string node{};
  PodNeeds needs{}; ///< `images` holds those its node has
};
[[nodiscard]] PodSeen parse_pod(const nlohmann::json& object);

// ---- lists (parse_lists.cpp)

/// The go-template that prints nodes, Services, workloads and MetalLB's resources as one short JSON
/// line each, to keep memory small with hundreds of nodes. A Service that is not a LoadBalancer
/// becomes `-`. The last line is an end mark with the number of lines before it.
[[nodiscard]] std::string lists_template();

struct Lists {
  std::vector<NodeSeen> nodes{};
  bool microk8s = false;                 ///< a node has MicroK8s's label
  std::vector<ServiceSeen> services{};   ///< type LoadBalancer
  std::vector<WorkloadSeen> workloads{}; ///< all DaemonSets, MetalLB's Deployments
  std::vector<PoolSeen> pools{};
  std::vector<AdvertisementSeen> advertisements{}; ///< of layer 2
  std::vector<AdvertisementSeen> bgp_advertisements{};
  std::vector<SystemPodSeen> system_pods{}; ///< kube-proxy and kube-vip pods
  std::vector<ChartKeeperSeen> chart_keepers{};
  std::vector<std::string> cilium_pools{};
  bool broken = false; ///< a line or the end mark is missing or unreadable
};
[[nodiscard]] Lists parse_lists(std::string_view printed);

// ---- the machine that iplease runs on (gateways.cpp)

/// Gateways of the IPv4 default routes in a text like /proc/net/route, one per route.
[[nodiscard]] std::vector<std::string> parse_gateways(std::string_view routes);

// ---- the cluster's shape (environment.cpp)

/// What replaces kube-proxy: "" for kube-proxy itself, else a name from KubeProxySeen.
[[nodiscard]] std::string
recognise_proxy(const Observation& seen, bool microk8s, std::string_view cilium_replacement);
/// Other controllers that assign LoadBalancer addresses, in words for the operator.
[[nodiscard]] std::vector<std::string>
recognise_service_lb(const Observation& seen, const std::vector<std::string>& cilium_pools);

} // namespace iplease
