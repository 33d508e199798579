// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/diagnosis.hpp>
#include <iplease/core/settings.hpp>

#include <set>

namespace iplease {

struct Effects;

/// Makes the extra reads of `doctor` that are in `wanted`, two at a time, each with its own
/// deadline. Writes nothing: the webhook is tried with `--dry-run=server`.
[[nodiscard]] Diagnosis diagnose(const Observation& seen,
                                 const Settings& want,
                                 const std::set<Extra>& wanted,
                                 Effects& effects);

/// Reads the announcers a second time and keeps in `more` what was true both times: a Service is
/// silent only if it was silent twice, with a ready endpoint both times. The caller waits between
/// the two reads, so a new lease or a failover to another node has been announced by then.
void look_again_who_announces(Diagnosis& more,
                              const Observation& seen,
                              const Settings& want,
                              Effects& effects);

} // namespace iplease
