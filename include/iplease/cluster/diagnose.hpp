// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/diagnosis.hpp>
#include <iplease/core/settings.hpp>

#include <set>

namespace iplease {

struct Effects;

/// The extra reads of `doctor`, two at a time, each with its deadline; writes nothing (the trial
/// of the webhook is `--dry-run=server`). Only what `wanted` names is read.
[[nodiscard]] Diagnosis diagnose(const Observation& seen,
                                 const Settings& want,
                                 const std::set<Extra>& wanted,
                                 Effects& effects);

} // namespace iplease
