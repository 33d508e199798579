// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease {

class Runner;
struct Settings;

/// Which node announces the address of a Service.
struct Announcement {
  std::string name_space{};
  std::string service{};
  std::string node{};
  std::string time{};  ///< RFC 3339; empty: current state (ServiceL2Status)
  bool failed = false; ///< event announceFailed; `node` then holds MetalLB's message
  std::string uid{};   ///< UID of the Service in the event; empty: unknown
  bool operator==(const Announcement&) const = default;
};

/// What `status` reads besides the observation.
struct StatusReads {
  /// ServiceL2Status, kept by MetalLB from 0.14.6 on; absent: not served by this cluster.
  Seen<std::vector<Announcement>> layer2{};
  /// Events `nodeAssigned` and `announceFailed`; the API server drops them after an hour.
  Seen<std::vector<Announcement>> events{};
  Seen<std::string> provider_status{};           ///< 8443/status of the provider's pod
  Seen<std::vector<IgnoredLeaseSeen>> ignored{}; ///< leases that the IP operator gave up on
  bool operator==(const StatusReads&) const = default;
};

/// Makes two to four reads, two at a time. Provider and IP operator are asked only if they exist.
[[nodiscard]] StatusReads
read_status(const Observation& seen, const Settings& want, Runner& runner);

} // namespace iplease
