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

/// The live entries that parse; MetalLB accepts no others.
[[nodiscard]] std::vector<AddressRange> parsed(const std::vector<std::string>& texts);
[[nodiscard]] bool inside(const std::vector<AddressRange>& ranges, const std::string& address);
/// Whether two lists contain the same addresses, however they are written.
[[nodiscard]] bool same_addresses(const std::vector<AddressRange>& one,
                                  const std::vector<AddressRange>& other);
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
/// The wanted avoidBuggyIPs: as given, else as in the live pool.
[[nodiscard]] bool wanted_avoid(const Observation& seen, const Settings& want);
/// The L2Advertisement with the guide's name; nullptr if there is none.
[[nodiscard]] const AdvertisementSeen* our_advertisement(const Observation& seen);

/// Creates pool `default`, or changes what differs. `moves_on`: an earlier step installs a MetalLB
/// that writes the pool's status, so the version that was seen will be stale.
void add_pool_step(StagePlan& plan, const Observation& seen, const Settings& want, bool moves_on);
/// The same for its L2Advertisement.
void add_advertisement_step(StagePlan& plan, const Observation& seen, const Settings& want);

} // namespace iplease::stages
