// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/plan.hpp>

#include <string>
#include <vector>

namespace iplease {

/// How `now` differs from `shown`, one line per stage, for the operator; empty: a yes to `shown`
/// covers `now`. Compares verdicts, what is written and to what state, and debts. Ignores waits,
/// reads, explanations, and a change of only `resourceVersion`, which any status update causes.
/// Compares files and secret inputs by fingerprint, so either plan may hold only those. Pure.
[[nodiscard]] std::vector<std::string> plan_differences(const Plan& shown, const Plan& now);

} // namespace iplease
