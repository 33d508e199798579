// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/target.hpp>
#include <iplease/core/command.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// The temporary Services: what a lease with two ports on one address looks like to MetalLB.
inline constexpr const char* k_verify_service = "iplease-verify";
inline constexpr const char* k_verify_shared = "iplease-verify-shared";

/// What `iplease verify` may be told.
struct SmokeWish {
  std::string address{}; ///< ask for this one; empty: any of the pool
  bool keep = false;     ///< leave the Services, for a look from outside
};

/// What stands behind the temporary Services: the provider's own pod (public already), else
/// MetalLB's controller.
struct SmokeBackend {
  std::string name_space{};
  std::map<std::string, std::string> selector{};
  int port = 0;
  int shared_port = 0; ///< of the second Service; leads to `port` too
  bool tls = false;
  std::string path{};    ///< that answers
  std::string pattern{}; ///< of the answer
};
[[nodiscard]] SmokeBackend smoke_backend(const Observation& seen);

/// The smoke lease: two Services, as Akash's IP operator makes them for two ports of one lease
/// (provider, cluster/kube/operators/clients/metallb/client.go), get one address of the pool, are
/// announced and answer; then they are gone.
[[nodiscard]] StagePlan
plan_smoke(const Observation& seen, const Settings& want, const SmokeWish& wish);

/// The Services of an earlier verification go; planned only where they are there.
[[nodiscard]] Step remove_leftover(const Observation& seen, const Settings& want);

/// What makes a smoke lease impossible, seen before anything is written: no pool, a full one, a
/// controller that is not there, an address that cannot be had.
[[nodiscard]] std::vector<Problem> smoke_problems(const Observation& seen, const SmokeWish& wish);

/// What MetalLB told of the temporary Service.
struct SmokeEvents {
  std::string address{};     ///< of IPAllocated
  std::string node{};        ///< of nodeAssigned, the last one
  std::string refused{};     ///< of AllocationFailed
  std::string unannounced{}; ///< of announceFailed
};
/// The events of the temporary Service, one "reason message" a line, oldest first. A read.
[[nodiscard]] Command smoke_events(const Target& target, const Observation& seen);
[[nodiscard]] SmokeEvents parse_smoke_events(const std::string& text);

/// The same problem of a failed step with the reason that can be seen: its id, cause and cure.
[[nodiscard]] Problem
explain_smoke(Problem problem, const Observation& seen, const SmokeEvents& events);

} // namespace iplease
