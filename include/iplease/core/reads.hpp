// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

// The facts that a run is based on, and whether each was seen.

/// Facts from the API server and Helm's records. Answers of programs inside pods (/usage, printenv)
/// are not among them: if those fail, something is wrong with the pod.
enum class Fact {
  cluster_uid,
  namespaces,
  crds,
  nodes,
  daemon_sets,
  load_balancers,
  controllers,
  pools,
  advertisements,
  bgp_advertisements,
  expose,
  kube_proxy_config,
  releases,
  release_values,
  stateful_set,
  provider_pod,
  provider_config,
  operator_deployment,
  operator_address,
};

struct FactRead {
  Fact fact{};
  std::string_view what{};    ///< "the pools"
  std::string_view command{}; ///< as typed
  /// Ids of the stages that would create something if this were absent.
  std::vector<std::string_view> stages{};
  Look look = Look::not_looked;
  std::string_view why{}; ///< view into the observation
  /// It was asked for, but it is unknown whether it exists.
  [[nodiscard]] bool unread() const noexcept;
};

/// Every fact, in display order.
[[nodiscard]] std::vector<FactRead> facts_read(const Observation& seen);
/// "the pools could not be read: WHY" if asked for and not answered; else empty.
[[nodiscard]] std::string unread(const Observation& seen, Fact fact);
/// Id of the finding that explains why it was not answered (Helm, rights or answers); else empty.
[[nodiscard]] std::string_view told_by(const Observation& seen, Fact fact);
/// "REASON: the pools, the nodes" for each answer that is not credible or did not come although the
/// server is up. Leaves out missing rights, which are in `denied`.
[[nodiscard]] std::vector<std::string> unbelieved(const Observation& seen);
/// Gives every fact that was not looked at this look and reason.
void give_up(Observation& seen, Look look, const std::string& reason);

} // namespace iplease
