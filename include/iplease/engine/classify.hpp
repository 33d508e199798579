// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/step.hpp>

namespace iplease {

/// Why a step failed, in the operator's words: id, exit code, and the tool's decisive lines as
/// evidence (secrets of the step's input masked). `Step::failure_id` wins over what the tool's
/// words say, except where those name a cause outside the step (unreachable, rights, no tool).
[[nodiscard]] Problem
classify_failure(const StagePlan& stage, const Step& step, const CommandResult& result);

/// Whether it was ended by its limit, or says that its own wait ran out.
[[nodiscard]] bool ran_out(const CommandResult& result);

/// Whether the server refused to create something because it is there.
[[nodiscard]] bool says_already_there(const CommandResult& result);

/// Whether a failed try is worth another one: only what `retry` names, everything else is final.
[[nodiscard]] bool worth_retry(Retry retry, const CommandResult& result);

} // namespace iplease
