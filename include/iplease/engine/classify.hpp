// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/step.hpp>

namespace iplease {

/// Why a step failed, for the operator: id, exit code, and the tool's decisive lines as evidence
/// (secrets of the step's input masked). `Step::failure_id` wins over the tool's words unless those
/// name a cause outside the step (unreachable, missing rights, no tool).
[[nodiscard]] Problem
classify_failure(const StagePlan& stage, const Step& step, const CommandResult& result);

/// Whether its limit ended it, or it reports that its own wait timed out.
[[nodiscard]] bool ran_out(const CommandResult& result);

/// Whether the server refused to create something that already exists.
[[nodiscard]] bool says_already_there(const CommandResult& result);

/// Whether to retry a failed command: only failures that `retry` names.
[[nodiscard]] bool worth_retry(Retry retry, const CommandResult& result);

} // namespace iplease
