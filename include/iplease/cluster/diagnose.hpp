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

/// Asks once more who announces, after a pause that is the caller's, and keeps in `more` what
/// holds both times: silent is who was silent twice, with a ready endpoint both times. A lease in
/// the second of its birth, or of a failover to another node, is announced by then.
void look_again_who_announces(Diagnosis& more,
                              const Observation& seen,
                              const Settings& want,
                              Effects& effects);

} // namespace iplease
