// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/plan.hpp>

#include <string>
#include <vector>

namespace iplease {

/// What `now` would do otherwise than `shown`, one line for each stage, in the operator's words;
/// empty: a yes to `shown` is a yes to `now`. Counts: verdicts, what is written and to what state
/// it is written, what is owed. Does not count: how things are waited for and looked at, words of
/// explanation, and a `resourceVersion` alone, which a mere update of a status moves. Files and
/// secret inputs are compared by their fingerprints, so either plan may hold just those. Pure.
[[nodiscard]] std::vector<std::string> plan_differences(const Plan& shown, const Plan& now);

} // namespace iplease
