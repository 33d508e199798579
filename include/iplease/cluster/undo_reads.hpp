// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

namespace iplease {

struct Effects;

/// Fills `seen.undo`: foreign objects that would go with MetalLB or its namespace, and who wrote
/// what enable may have made. Up to three reads, none of a value in a Secret or ConfigMap.
void observe_undo(Observation& seen, const Settings& want, Effects& effects);

} // namespace iplease
