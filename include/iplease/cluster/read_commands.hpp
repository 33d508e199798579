// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/target.hpp>
#include <iplease/core/command.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

// The commands of the observation. None of them writes: access reviews are POSTs that store
// nothing, the trial uses `--dry-run=server`. An empty `name_space` means cluster-scoped.

/// Client and server version. Has short time limits: it is the first command of a run and must
/// detect a dead server fast.
[[nodiscard]] Command read_kubectl_version(const Target& target);
/// `get -f - --ignore-not-found -o json`: many objects by name. A kind unknown to the server makes
/// kubectl print nothing at all, so ask only for built-in kinds. Includes the managed fields, most
/// of which Objects drops.
[[nodiscard]] Command read_named(const Target& target, std::string manifest);
/// `get KINDS -A -o go-template=...`: lists of several kinds, reduced by the template. `selector`
/// holds flags that filter on the server, for kinds that tenants have thousands of.
[[nodiscard]] Command read_lists(const Target& target,
                                 const std::vector<std::string>& kinds,
                                 const std::string& go_template,
                                 const std::vector<std::string>& selector = {});
/// The pods of kube-system, reduced by the template. Their number grows with nodes, not tenants.
[[nodiscard]] Command read_system_pods(const Target& target, const std::string& go_template);
/// `get WHAT... namespace/kube-system --ignore-not-found -o json`. The namespace always exists, so
/// an answer without it was cut.
[[nodiscard]] Command
read_json(const Target& target, std::string_view name_space, const std::vector<std::string>& what);
/// `get KINDS -l LABEL -o json`: prints a List even if nothing matches.
[[nodiscard]] Command read_selected(const Target& target,
                                    std::string_view name_space,
                                    const std::vector<std::string>& what);
/// GET of an API path; `limit` is the request timeout, in whole seconds.
[[nodiscard]] Command read_raw(const Target& target,
                               const std::string& path,
                               std::chrono::seconds limit = std::chrono::seconds{30});
/// Runs a program inside a container, for example printenv.
[[nodiscard]] Command read_exec(const Target& target,
                                std::string_view name_space,
                                const std::string& pod,
                                const std::string& container,
                                const std::vector<std::string>& argv);
/// Asks what the user may do: `create -f -` of SelfSubjectAccessReviews.
[[nodiscard]] Command read_access(const Target& target, std::string reviews);
/// Asks whether the server would accept these objects: `apply --dry-run=server -f -`.
[[nodiscard]] Command try_apply(const Target& target, std::string manifest, bool secret);

[[nodiscard]] Command read_helm_version(const Target& target);
/// Every release in every namespace and state. Names each state flag, because Helm 4 has no
/// `--all`.
[[nodiscard]] Command read_helm_list(const Target& target);
[[nodiscard]] Command
read_helm_history(const Target& target, const std::string& name_space, const std::string& release);
/// The keys of a Secret, each with the length of its value (never the value), then k_key_sizes_end.
/// Prints nothing if there is no such Secret.
[[nodiscard]] Command
read_key_sizes(const Target& target, const std::string& name_space, const std::string& secret);
inline constexpr const char* k_key_sizes_end = "--end--";
/// One revision of a release.
struct RevisionRef {
  std::string name_space{};
  std::string release{};
  int revision = 0;
};
/// User-supplied values of that revision; `format` is "yaml" or "json". The output is secret.
[[nodiscard]] Command
read_helm_values(const Target& target, const RevisionRef& of, const std::string& format = "yaml");
/// The chart's Chart.yaml.
[[nodiscard]] Command read_helm_chart(const Target& target, const ChartRef& chart);
/// Input of a trial upgrade.
struct UpgradeRender {
  std::string name_space{};
  std::string release{};
  ChartRef chart{};
  std::string values{};       ///< secret
  std::string kube_version{}; ///< empty: helm's default
};
/// Renders the chart as an upgrade would. Input and output are secret.
[[nodiscard]] Command read_helm_render(const Target& target, UpgradeRender upgrade);

/// Path of the API server's proxy to a Service port: "operator-ip:rest" or, over TLS,
/// "https:akash-provider:8443".
[[nodiscard]] std::string
service_proxy(std::string_view name_space, std::string_view service_port, std::string_view path);

} // namespace iplease
