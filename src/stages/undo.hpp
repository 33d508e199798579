// SPDX-License-Identifier: Apache-2.0
// What the stages of `undo` share.
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include "change.hpp"
#include "release.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace iplease::stages {

/// A live field of pool, advertisement, Service controller or namespace, as JSON text; empty if it
/// is missing.
[[nodiscard]] std::string
field_now(const Observation& seen, std::string_view subject, const std::string& field);

/// What is remembered of a subject; nullptr if no run touched it.
[[nodiscard]] const MadeSeen* find_made(const Observation& seen, const std::string& subject);

/// How a subject compares to what iplease made of it.
enum class MadeState {
  not_ours, ///< no run touched it
  before,   ///< as it was before iplease
  ours,     ///< as iplease made it
  changed   ///< neither: somebody else changed it since
};
[[nodiscard]] MadeState made_state(const Observation& seen, const std::string& subject);
/// The same for a given state.
[[nodiscard]] MadeState made_state(const MadeSeen* made, const std::string& state);

/// Fields of a subject to restore, and those that somebody changed since.
struct FieldsBack {
  std::vector<FieldChange> back{}; ///< `is` is the value to restore
  std::vector<std::string> kept{};
};
[[nodiscard]] FieldsBack
fields_back(const Observation& seen, const std::string& subject, const MadeSeen& made);

/// What a change sets below `spec`, with the live values, for the journal.
[[nodiscard]] std::vector<FieldChange>
changed_fields(const Change& change, const Observation& seen, std::string_view subject);
/// Sets a field to its value before iplease; removes it if it had none.
void set_back(Change& change, const std::vector<std::string>& path, const FieldChange& field);

/// A stage with nothing to do; `what` stays.
[[nodiscard]] StagePlan stays(std::string what);
/// Why a stage must do nothing: the IP operator stays and needs it. Empty if it does not.
[[nodiscard]] std::string needed_still(const Observation& seen, std::span<const StagePlan> done);
/// Whether the plans so far contain that step.
[[nodiscard]] bool has_step(std::span<const StagePlan> done, std::string_view step);

/// "release/NAMESPACE/NAME".
[[nodiscard]] std::string release_subject(const ReleaseSeen& release);
/// Whether the release is as an iplease run left it.
[[nodiscard]] bool
is_our_release(const MadeSeen& made, const ReleaseStart& start, const ReleaseSeen& release);

} // namespace iplease::stages
