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

// Parsers of what kubectl and helm print: pure and total. Text that is not what was expected
// gives an empty fact or nullopt, never an exception.

// ---- why something was not seen (parse_errors.cpp)

/// How a read ended: seen when it succeeded, else by the words of kubectl and helm.
[[nodiscard]] Look classify(const CommandResult& result);
/// The tool's own words in one short text: warnings and repeated discovery noise left out, at
/// most 600 bytes. Never the standard output, which may hold secrets.
[[nodiscard]] std::string why(const CommandResult& result);
/// What stopped `helm template`: its repository (`unreachable`), a chart that is not there
/// (`absent`), or the rendering itself (`failed`).
[[nodiscard]] Look chart_look(const CommandResult& rendered);
/// The line of stderr that says that this one object of many may not be read; empty: none.
[[nodiscard]] std::string forbidden_line(const CommandResult& result,
                                         std::string_view plural,
                                         std::string_view name,
                                         std::string_view name_space);
/// The rights that stderr says are missing, as "get configmaps in kube-system" or "list nodes".
[[nodiscard]] std::vector<std::string> missing_rights(const CommandResult& result);
/// Whether stderr says that a whole kind may not be listed.
[[nodiscard]] bool forbids_list(const CommandResult& result, std::string_view plural);
/// What a program printed as whole lines, without the last line's end. An answer that does not end
/// with its line's end was cut: failed.
[[nodiscard]] Seen<std::string> whole_lines(const CommandResult& result);

// ---- tools (parse_tools.cpp)

struct KubectlVersions {
  std::string client{};
  std::string server{}; ///< empty: the server did not answer
};
[[nodiscard]] KubectlVersions parse_kubectl_version(std::string_view printed);
/// `helm version` in any of its forms; "v3.16" is a version too. Empty: none found.
[[nodiscard]] std::string parse_helm_version(std::string_view printed);

// ---- releases (parse_tools.cpp)

[[nodiscard]] std::optional<std::vector<ReleaseSeen>> parse_helm_list(std::string_view printed);
/// What `helm history -o json` tells of the time before a revision; the newest `deployed` counts as
/// deployed last, else the newest `superseded`. Nothing: it is no history, or none of that
/// revision.
[[nodiscard]] std::optional<ReleasePast> parse_helm_history(std::string_view printed, int revision);
/// "akash-ip-operator-19.0.2" -> name and version.
void split_chart(std::string_view chart, std::string& name, std::string& version);

// ---- the IP operator (parse_tools.cpp)

struct Usage {
  std::optional<std::int64_t> available{};
  std::optional<std::int64_t> in_use{};
};
[[nodiscard]] Usage parse_usage(std::string_view body);
/// The body of /ignored-leases: an object, lease -> what became of it; empty when there are none.
/// Nothing: it is something else.
[[nodiscard]] std::optional<std::vector<IgnoredLeaseSeen>>
parse_ignored_leases(std::string_view body);
[[nodiscard]] Seen<std::vector<IgnoredLeaseSeen>> ignored_leases(const CommandResult& answer);
/// "akash1.../42/1/1/akash1...: failed 3 times, last with: ..."
[[nodiscard]] std::string to_text(const IgnoredLeaseSeen& lease);
/// Whether a failed /usage was the operator's own 503 with an empty body (its barrier) and not
/// one of the API server's, which carry a Status with a message.
[[nodiscard]] bool is_barrier(const CommandResult& result);

// ---- images (parse_tools.cpp)

/// "quay.io/metallb/controller:v0.14.8@sha256:..." -> "0.14.8"; empty when there is no tag.
[[nodiscard]] std::string image_version(std::string_view image);
/// Whether a version is of the ConfigMap era, before 0.13; false when it is unknown.
[[nodiscard]] bool before_0_13(std::string_view version);

// ---- the ConfigMap of MetalLB 0.12

/// The copy that a migration keeps in metallb-system until it is done: Helm and Kubespray remove
/// the original. A name of its own, so that nothing of the operator's is overwritten.
inline constexpr const char* k_legacy_copy = "iplease-kept-config";
/// Its annotation with the original's name.
inline constexpr const char* k_copy_of = "iplease.akash.network/copy-of";

// ---- named objects (parse_objects.cpp)

/// The objects that kubectl printed as JSON: a List or a bare object. Schemas of CRDs are dropped
/// while parsing.
class Objects {
public:
  Objects();
  ~Objects();
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  Objects(Objects&&) noexcept;
  Objects& operator=(Objects&&) noexcept;
  /// Managed fields are kept of ConfigMap kube-proxy alone: they say when it was written.
  /// False when the text is not whole: no JSON, or an object in it lacks its kind or name. Nothing
  /// at all is not whole either: who asks so that nothing may be printed asks for one thing more
  /// that must be there.
  bool read(std::string_view printed);
  /// Null when it is not there.
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
/// Ready addresses behind the port of that name.
[[nodiscard]] int parse_endpoints(const nlohmann::json& object, std::string_view port);

struct PodSeen {
  std::string revision{}; ///< label controller-revision-hash
  bool ready = false;
  bool running = false;    ///< the named container runs, so that it can be asked
  std::string container{}; ///< "provider" where there is one, else the first
  std::string waiting{};   ///< why a container waits, or the pod's phase
  std::string init{};      ///< the init container that runs and keeps the others waiting
  std::string node{};
  PodNeeds needs{}; ///< `images` are those that its node has
};
[[nodiscard]] PodSeen parse_pod(const nlohmann::json& object);

// ---- lists (parse_lists.cpp)

/// The go-template that reduces nodes, Services, workloads and MetalLB's resources to one short
/// JSON line each, so that hundreds of nodes stay small in our memory; a Service of another type
/// than LoadBalancer becomes `-`. The last line is the end mark, with the number of lines before
/// it.
[[nodiscard]] std::string lists_template();

struct Lists {
  std::vector<NodeSeen> nodes{};
  bool microk8s = false;                 ///< a node carries MicroK8s's label
  std::vector<ServiceSeen> services{};   ///< type LoadBalancer
  std::vector<WorkloadSeen> workloads{}; ///< all DaemonSets, MetalLB's Deployments
  std::vector<PoolSeen> pools{};
  std::vector<AdvertisementSeen> advertisements{}; ///< of layer 2
  std::vector<AdvertisementSeen> bgp_advertisements{};
  std::vector<SystemPodSeen> system_pods{}; ///< each kube-proxy and kube-vip
  std::vector<ChartKeeperSeen> chart_keepers{};
  std::vector<std::string> cilium_pools{};
  bool broken = false; ///< a line could not be read, or is missing, or the end mark is
};
[[nodiscard]] Lists parse_lists(std::string_view printed);

// ---- the machine that iplease runs on (gateways.cpp)

/// The gateways of the IPv4 default routes in a text as /proc/net/route has it, one a route.
[[nodiscard]] std::vector<std::string> parse_gateways(std::string_view routes);

// ---- the cluster's shape (environment.cpp)

/// Which thing does kube-proxy's work: "" for kube-proxy itself, else a name of KubeProxySeen.
[[nodiscard]] std::string
recognise_proxy(const Observation& seen, bool microk8s, std::string_view cilium_replacement);
/// Other things that hand out LoadBalancer addresses, in words for people.
[[nodiscard]] std::vector<std::string>
recognise_service_lb(const Observation& seen, const std::vector<std::string>& cilium_pools);

} // namespace iplease
