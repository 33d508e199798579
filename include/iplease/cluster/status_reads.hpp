// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease {

class Runner;
struct Settings;

/// Who answers for the address of one Service.
struct Announcement {
  std::string name_space{};
  std::string service{};
  std::string node{};
  std::string time{};  ///< RFC 3339; empty: it is so now (ServiceL2Status)
  bool failed = false; ///< event announceFailed: `node` holds MetalLB's words
  std::string uid{};   ///< of the Service that an event is about; empty: not told
  bool operator==(const Announcement&) const = default;
};

/// What `status` reads beside the observation.
struct StatusReads {
  /// ServiceL2Status, which MetalLB keeps from 0.14.6 on; absent: not served here.
  Seen<std::vector<Announcement>> layer2{};
  /// Events `nodeAssigned` and `announceFailed`; the API server forgets them after an hour.
  Seen<std::vector<Announcement>> events{};
  Seen<std::string> provider_status{};           ///< 8443/status of the provider's pod
  Seen<std::vector<IgnoredLeaseSeen>> ignored{}; ///< those that the IP operator gave up on
  bool operator==(const StatusReads&) const = default;
};

/// Two to four reads, two at a time; the last two only where there is what they ask.
[[nodiscard]] StatusReads
read_status(const Observation& seen, const Settings& want, Runner& runner);

} // namespace iplease
