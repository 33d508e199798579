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

/// The temporary Services. To MetalLB they look like a lease with two ports on one address.
inline constexpr const char* k_verify_service = "iplease-verify";
inline constexpr const char* k_verify_shared = "iplease-verify-shared";

/// Options of `iplease verify`.
struct SmokeWish {
  std::string address{}; ///< ask for this address; empty: any of the pool
  bool keep = false;     ///< keep the Services, to test from outside
};

/// Backend of the temporary Services: the provider's pod, which is public anyway, else the
/// controller of MetalLB.
struct SmokeBackend {
  std::string name_space{};
  std::map<std::string, std::string> selector{};
  int port = 0;
  int shared_port = 0; ///< port of the second Service; also leads to `port`
  bool tls = false;
  std::string path{};    ///< path that answers
  std::string pattern{}; ///< pattern of the answer
};
[[nodiscard]] SmokeBackend smoke_backend(const Observation& seen);

/// The smoke lease: two Services like those that Akash's IP operator makes for two ports of one
/// lease (provider, cluster/kube/operators/clients/metallb/client.go) get one address of the pool,
/// are announced and answer. Then they are removed.
[[nodiscard]] StagePlan
plan_smoke(const Observation& seen, const Settings& want, const SmokeWish& wish);

/// Removes the Services of an earlier verification; plan it only if they exist.
[[nodiscard]] Step remove_leftover(const Observation& seen, const Settings& want);

/// What makes a smoke lease impossible, found before anything is written: no pool, a full one, no
/// controller, or an unavailable address.
[[nodiscard]] std::vector<Problem> smoke_problems(const Observation& seen, const SmokeWish& wish);

/// MetalLB's events for the temporary Service.
struct SmokeEvents {
  std::string address{};     ///< of IPAllocated
  std::string node{};        ///< of the last nodeAssigned
  std::string refused{};     ///< of AllocationFailed
  std::string unannounced{}; ///< of announceFailed
};
/// Reads the events of the temporary Service: one "reason message" per line, oldest first.
[[nodiscard]] Command smoke_events(const Target& target, const Observation& seen);
[[nodiscard]] SmokeEvents parse_smoke_events(const std::string& text);

/// Adds the visible reason to a failed step's problem: its id, cause and fix.
[[nodiscard]] Problem
explain_smoke(Problem problem, const Observation& seen, const SmokeEvents& events);

} // namespace iplease
