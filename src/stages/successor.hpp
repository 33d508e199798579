// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

// Whether a replacement pod will start: a restart that ends in a pod that hangs is worse than the
// fault that it should cure.

/// What is missing or incomplete in the Secrets and ConfigMaps that a template names, one line
/// each: "Secret akash-provider-keys: key.txt holds nothing". Empty if nothing is, and if `held`
/// was not seen.
[[nodiscard]] std::vector<std::string>
incomplete_objects(const WorkloadSeen& workload, const Seen<std::vector<HeldObject>>& held);

/// Why it is not proven that the provider's next pod starts; empty if it is. Its objects must be
/// complete, its images on its node, and its node must accept it again.
[[nodiscard]] std::vector<std::string> provider_start_doubts(const Observation& seen);

} // namespace iplease::stages
