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

// The commands that observation is made of. None of them writes: the access reviews are POSTs
// that store nothing, and the trial is `--dry-run=server`. `name_space` is empty for
// cluster-scoped things.

/// Client and server version; short limits, because it is the first question of a run and a dead
/// server must be noticed fast.
[[nodiscard]] Command read_kubectl_version(const Target& target);
/// `get -f - --ignore-not-found -o json`: many named objects at once. One kind that the server
/// does not know makes kubectl print nothing at all, so only built-in kinds belong here. With the
/// managed fields, of which Objects keeps what is asked.
[[nodiscard]] Command read_named(const Target& target, std::string manifest);
/// `get KINDS -A -o go-template=...`: lists of several kinds, reduced by the template. `selector`
/// holds flags that make the server choose, for kinds of which tenants have thousands.
[[nodiscard]] Command read_lists(const Target& target,
                                 const std::vector<std::string>& kinds,
                                 const std::string& go_template,
                                 const std::vector<std::string>& selector = {});
/// The pods of kube-system, reduced by the template: as many as nodes ask for, not tenants.
[[nodiscard]] Command read_system_pods(const Target& target, const std::string& go_template);
/// `get WHAT... namespace/kube-system --ignore-not-found -o json`: the namespace is there always,
/// so that "none of them" and "cut" are two answers.
[[nodiscard]] Command
read_json(const Target& target, std::string_view name_space, const std::vector<std::string>& what);
/// `get KINDS -l LABEL -o json`: a List even when nothing has the label.
[[nodiscard]] Command read_selected(const Target& target,
                                    std::string_view name_space,
                                    const std::vector<std::string>& what);
/// GET of an API path; `limit` in whole seconds for the request.
[[nodiscard]] Command read_raw(const Target& target,
                               const std::string& path,
                               std::chrono::seconds limit = std::chrono::seconds{30});
/// A program inside a container, for example printenv.
[[nodiscard]] Command read_exec(const Target& target,
                                std::string_view name_space,
                                const std::string& pod,
                                const std::string& container,
                                const std::vector<std::string>& argv);
/// What the user may do: `create -f -` of SelfSubjectAccessReviews.
[[nodiscard]] Command read_access(const Target& target, std::string reviews);
/// Whether the server would take these objects: `apply --dry-run=server -f -`.
[[nodiscard]] Command try_apply(const Target& target, std::string manifest, bool secret);

[[nodiscard]] Command read_helm_version(const Target& target);
/// Every release in every namespace and state. Spelled with the single state flags, because
/// Helm 4 has no `--all`.
[[nodiscard]] Command read_helm_list(const Target& target);
[[nodiscard]] Command
read_helm_history(const Target& target, const std::string& name_space, const std::string& release);
/// The keys of a Secret, each with the length of what it holds, never what it holds; then
/// k_key_sizes_end. Nothing is printed where there is no such Secret.
[[nodiscard]] Command
read_key_sizes(const Target& target, const std::string& name_space, const std::string& secret);
inline constexpr const char* k_key_sizes_end = "--end--";
/// One revision of a release.
struct RevisionRef {
  std::string name_space{};
  std::string release{};
  int revision = 0;
};
/// Its user-supplied values, `format` being "yaml" or "json". The output is secret.
[[nodiscard]] Command
read_helm_values(const Target& target, const RevisionRef& of, const std::string& format = "yaml");
/// The chart's Chart.yaml.
[[nodiscard]] Command read_helm_chart(const Target& target, const ChartRef& chart);
/// What an upgrade would be given.
struct UpgradeRender {
  std::string name_space{};
  std::string release{};
  ChartRef chart{};
  std::string values{};       ///< secret
  std::string kube_version{}; ///< empty: helm's own idea of it
};
/// The chart rendered as an upgrade would render it. Input and output are secret.
[[nodiscard]] Command read_helm_render(const Target& target, UpgradeRender upgrade);

/// The path of the API server's proxy to a Service port: "operator-ip:rest" or, over TLS,
/// "https:akash-provider:8443".
[[nodiscard]] std::string
service_proxy(std::string_view name_space, std::string_view service_port, std::string_view path);

} // namespace iplease
