// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

namespace iplease {

struct Effects;

/// Fills `seen.undo`: what would go with MetalLB or its namespace though it is not ours, and who
/// wrote what enable may have made. Three reads; no value of a Secret or ConfigMap is asked for.
void observe_undo(Observation& seen, const Settings& want, Effects& effects);

} // namespace iplease
