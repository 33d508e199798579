// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

// Whether a pod that takes the place of another will start: a restart that ends in a pod that
// hangs is worse than the fault that it was to cure.

/// What is missing or incomplete of the Secrets and ConfigMaps that a template names, one line
/// each: "Secret akash-provider-keys: key.txt holds nothing". Empty where all is well, and where
/// `held` was not seen.
[[nodiscard]] std::vector<std::string>
incomplete_objects(const WorkloadSeen& workload, const Seen<std::vector<HeldObject>>& held);

/// Why it is not proven that the provider's next pod starts; empty: it is proven. Its objects are
/// complete, its images are on its node, and its node takes it again.
[[nodiscard]] std::vector<std::string> provider_start_doubts(const Observation& seen);

} // namespace iplease::stages
