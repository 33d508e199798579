// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/migrate/convert.hpp>

#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// The state of a subject of the migration; nothing when `subject` is none of them.
[[nodiscard]] std::optional<std::string> legacy_state(const Observation& seen,
                                                      std::string_view subject);

namespace stages {

/// A MetalLB before 0.13 runs. An image pinned by digest does not tell its version; the argument
/// that names its ConfigMap does.
[[nodiscard]] bool reads_configmap(const Observation& seen);
/// The old configuration has not been brought over yet: it is in force, or a new controller runs
/// without any pool, or our pins or our copy of it are still there.
[[nodiscard]] bool migration_pending(const Observation& seen);
/// The conversion of what was found; nothing without a legacy ConfigMap.
[[nodiscard]] std::optional<std::variant<Converted, ConvertError>>
convert_legacy(const Observation& seen);
/// Why the migration must not start; empty when it may.
[[nodiscard]] std::vector<Problem> legacy_problems(const Observation& seen, const Settings& want);
/// What must be done before any controller of 0.13 or later starts: save the ConfigMap, keep a
/// copy where the installer would remove it, pin the address of every LoadBalancer Service. A
/// controller that starts without pools drops them all. The un-pin is owed from the first pin.
[[nodiscard]] std::vector<Step> legacy_steps(const Observation& seen, const Settings& want);
/// Pool `default` as the old ConfigMap has it, whether it stays or is to go.
[[nodiscard]] std::optional<MigratedPool> legacy_default(const Observation& seen);
/// The same while a MetalLB before 0.13 runs, which takes its pools from there and from nowhere
/// else: what serves leases now, whether it is to stay (Kubespray before v2.22) or not.
[[nodiscard]] std::optional<MigratedPool> configmap_default(const Observation& seen);
/// Pool `default` that leases are served from now: the custom resource, or that of the ConfigMap
/// while a MetalLB before 0.13 runs, which does not read a custom resource that is left over.
[[nodiscard]] std::optional<PoolSeen> pool_in_force(const Observation& seen);
/// legacy_default while a migration is pending; else nothing.
[[nodiscard]] std::optional<MigratedPool> migrated_default(const Observation& seen);

inline constexpr const char* k_pin =
    "metallb.universe.tf/loadBalancerIPs"; ///< known to 0.12.1 and later
inline constexpr const char* k_pinned_by_us = "iplease.akash.network/pinned";
inline constexpr const char* k_unpin_debt = "unpin-services";

/// LoadBalancer Services that MetalLB serves from the old pools.
[[nodiscard]] std::vector<ServiceSeen> served_services(const Observation& seen,
                                                       const Converted& converted);
/// Those that carry a pin of ours.
[[nodiscard]] std::vector<ServiceSeen> pinned_services(const Observation& seen);
/// Whether a pin of ours is needed: nothing else holds the address.
[[nodiscard]] bool needs_pin(const ServiceSeen& service);
[[nodiscard]] std::string addresses_of(const ServiceSeen& service);
/// `--metallb helm` over a MetalLB 0.12 that manifests installed: its Deployment and DaemonSet make
/// room for the chart's (docs/adr/0012-metallb-012-makes-room.md).
[[nodiscard]] bool replaces_manifests(const Observation& seen, const Settings& want);

} // namespace stages
} // namespace iplease
