// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/yaml/emit.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

/// Live entries that parse; MetalLB let none through that does not.
[[nodiscard]] std::vector<AddressRange> parsed(const std::vector<std::string>& texts);
[[nodiscard]] bool inside(const std::vector<AddressRange>& ranges, const std::string& address);
/// Whether two lists hold the same addresses, however they are written.
[[nodiscard]] bool same_addresses(const std::vector<AddressRange>& one,
                                  const std::vector<AddressRange>& other);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
/// avoidBuggyIPs as it is to be: as given, else as the live pool has it.
[[nodiscard]] bool wanted_avoid(const Observation& seen, const Settings& want);
/// The L2Advertisement of the name that the guide gives it; nullptr when there is none.
[[nodiscard]] const AdvertisementSeen* our_advertisement(const Observation& seen);

/// Creates pool `default`, or changes what differs in it. `moves_on`: an earlier step of the plan
/// brings a MetalLB that writes the pool's status, so the version that was seen says nothing.
void add_pool_step(StagePlan& plan, const Observation& seen, const Settings& want, bool moves_on);
/// The same for its L2Advertisement.
void add_advertisement_step(StagePlan& plan, const Observation& seen, const Settings& want);

} // namespace iplease::stages
