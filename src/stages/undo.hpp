// SPDX-License-Identifier: Apache-2.0
// What the stages of `undo` share.
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include "change.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace iplease::stages {

/// A field of pool, advertisement, Service controller or namespace as it is, as JSON text; empty
/// where it is not there.
[[nodiscard]] std::string
field_now(const Observation& seen, std::string_view subject, const std::string& field);

/// What is remembered of a subject; nullptr: no run of ours touched it.
[[nodiscard]] const MadeSeen* find_made(const Observation& seen, const std::string& subject);

/// How a subject stands to what we made of it.
enum class MadeState {
  not_ours, ///< no run of ours touched it
  before,   ///< it is as it was before us
  ours,     ///< it is what we made it
  changed   ///< neither: somebody else changed it since
};
[[nodiscard]] MadeState made_state(const Observation& seen, const std::string& subject);
/// The same for a state that is not that of the observation.
[[nodiscard]] MadeState made_state(const MadeSeen* made, const std::string& state);

/// Fields of a subject that go back, and those that somebody changed since.
struct FieldsBack {
  std::vector<FieldChange> back{}; ///< `is` is what they go back to
  std::vector<std::string> kept{};
};
[[nodiscard]] FieldsBack
fields_back(const Observation& seen, const std::string& subject, const MadeSeen& made);

/// What a change sets below `spec`, with what is there now: for the journal.
[[nodiscard]] std::vector<FieldChange>
changed_fields(const Change& change, const Observation& seen, std::string_view subject);
/// Sets a field to what it was before us; none there: it is removed.
void set_back(Change& change, const std::vector<std::string>& path, const FieldChange& field);

/// Nothing is to be done, and this stays.
[[nodiscard]] StagePlan stays(std::string what);
/// A stage that does nothing because the one that stands on it keeps something; empty: it does not.
[[nodiscard]] std::string needed_still(const Observation& seen, std::span<const StagePlan> done);
/// Whether the plans so far have that step.
[[nodiscard]] bool has_step(std::span<const StagePlan> done, std::string_view step);

/// Of release "akash-services/NAME".
[[nodiscard]] std::string release_subject(const ReleaseSeen& release);
/// Whether the release stands as a run of ours left it, once `before` is what it is healed to.
[[nodiscard]] bool is_our_release(const MadeSeen& made, bool left_by_us, const std::string& before);

} // namespace iplease::stages
