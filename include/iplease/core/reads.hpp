// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

// Which facts a run stands on, and how each of them was (not) seen.

/// What is asked of the API server and of Helm's records. What a program inside a pod must answer
/// (/usage, printenv) is none of these: that it does not answer says something about the pod.
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
  std::string_view command{}; ///< as one would type it
  /// Ids of the stages that would take "not there" for a reason to create something.
  std::vector<std::string_view> stages{};
  Look look = Look::not_looked;
  std::string_view why{}; ///< points into the observation
  /// It was asked for, and nobody knows whether it is there.
  [[nodiscard]] bool unread() const noexcept;
};

/// Every fact, in the order in which they are told.
[[nodiscard]] std::vector<FactRead> facts_read(const Observation& seen);
/// "the pools could not be read: WHY", when they were asked for and not answered; else empty.
[[nodiscard]] std::string unread(const Observation& seen, Fact fact);
/// Id of the finding that tells why it was not answered: of Helm, the rights or the answers; else
/// empty.
[[nodiscard]] std::string_view told_by(const Observation& seen, Fact fact);
/// "REASON: the pools, the nodes" for each answer that cannot be believed, or that did not come
/// though the server is there: not for want of rights, which `denied` tells.
[[nodiscard]] std::vector<std::string> unbelieved(const Observation& seen);
/// Everything that would have been asked for is marked, so that no fact says "not looked".
void give_up(Observation& seen, Look look, const std::string& reason);

} // namespace iplease
