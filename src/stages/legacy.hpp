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

/// The state of a subject of the migration; nothing for any other `subject`.
[[nodiscard]] std::optional<std::string> legacy_state(const Observation& seen,
                                                      std::string_view subject);

namespace stages {

/// Whether a MetalLB before 0.13 runs. An image pinned by digest hides its version; the argument
/// that names its ConfigMap shows it.
[[nodiscard]] bool reads_configmap(const Observation& seen);
/// Whether the old configuration is still to be migrated: it is in force, a new controller runs
/// without any pool, or iplease's pins or copy still exist.
[[nodiscard]] bool migration_pending(const Observation& seen);
/// The conversion of what was found; nothing without a legacy ConfigMap.
[[nodiscard]] std::optional<std::variant<Converted, ConvertError>>
convert_legacy(const Observation& seen);
/// Why the migration must not start; empty if it may.
[[nodiscard]] std::vector<Problem> legacy_problems(const Observation& seen, const Settings& want);
/// What must be done before any controller of 0.13 or later starts: save the ConfigMap, keep a copy
/// if the installer would remove it, pin the address of every LoadBalancer Service. A controller
/// that starts without pools drops all addresses. The un-pin is owed from the first pin.
[[nodiscard]] std::vector<Step> legacy_steps(const Observation& seen, const Settings& want);
/// Pool `default` of the old ConfigMap, whether or not that stays.
[[nodiscard]] std::optional<MigratedPool> legacy_default(const Observation& seen);
/// The same while a MetalLB before 0.13 runs, which reads pools only there: what serves leases now,
/// whether it stays (Kubespray before v2.22) or not.
[[nodiscard]] std::optional<MigratedPool> configmap_default(const Observation& seen);
/// Pool `default` that serves leases now: the custom resource, or the ConfigMap's while a MetalLB
/// before 0.13 runs, which ignores a leftover custom resource.
[[nodiscard]] std::optional<PoolSeen> pool_in_force(const Observation& seen);
/// legacy_default while a migration is pending, else nothing.
[[nodiscard]] std::optional<MigratedPool> migrated_default(const Observation& seen);

inline constexpr const char* k_pin =
    "metallb.universe.tf/loadBalancerIPs"; ///< known to 0.12.1 and later
inline constexpr const char* k_pinned_by_us = "iplease.akash.network/pinned";
inline constexpr const char* k_unpin_debt = "unpin-services";

/// LoadBalancer Services that MetalLB serves from the old pools.
[[nodiscard]] std::vector<ServiceSeen> served_services(const Observation& seen,
                                                       const Converted& converted);
/// Services with a pin of iplease.
[[nodiscard]] std::vector<ServiceSeen> pinned_services(const Observation& seen);
/// Whether the Service needs a pin: nothing else holds its address.
[[nodiscard]] bool needs_pin(const ServiceSeen& service);
[[nodiscard]] std::string addresses_of(const ServiceSeen& service);
/// `--metallb helm` over a MetalLB 0.12 that manifests installed: its Deployment and DaemonSet make
/// room for the chart's (docs/adr/0012-metallb-012-makes-room.md).
[[nodiscard]] bool replaces_manifests(const Observation& seen, const Settings& want);

} // namespace stages
} // namespace iplease
