// SPDX-License-Identifier: Apache-2.0
// The way back of `enable`, by what the journals remember and by what is there.
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/secret.hpp>
#include <iplease/core/settings.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace iplease {

/// The stages of `undo` in their order: what stands on something goes before it.
[[nodiscard]] std::span<const Stage> undo_registry();

/// Pure: what `undo` does here. `stage` limits it to that stage and what comes before it in
/// undo_registry(); `verify` stands alone. Where no run is remembered, what bears our field manager
/// alone is taken for ours, and the rest is said to be unknown.
[[nodiscard]] Plan
plan_undo(const Observation& seen, const Settings& want, const std::string& stage = {});

/// What `undo` is planned with: the chart that the provider had, and no search for other charts.
[[nodiscard]] Settings undo_settings(const Observation& seen, Settings want);
/// The provider's values after the undo, for a trial of the upgrade; nothing: none is planned.
[[nodiscard]] std::optional<Secret> undo_values(const Observation& seen);

/// What stays although one may expect it to go; the plan's own words.
[[nodiscard]] std::vector<std::string> kept_by(const Plan& plan);

/// What the plan leaves of what is remembered, because somebody else changed it or needs it, so
/// that a later undo can take it back: subject -> the fields; none: all of it.
[[nodiscard]] std::map<std::string, std::vector<std::string>> undo_keeps(const Observation& seen,
                                                                         const Plan& plan);

/// One thing that a run of ours had a hand in, against what it was before.
struct UndoRow {
  std::string what{};
  std::string before{};
  std::string now{};
  bool as_before = false;
  bool operator==(const UndoRow&) const = default;
};
/// `then`: what was remembered when the undo was planned; `now`: a look after it.
[[nodiscard]] std::vector<UndoRow> undo_rows(const MemorySeen& then, const Observation& now);
/// The first row that is not as before (IPL-RUN-032); nothing: all are.
[[nodiscard]] std::optional<Problem> other_than_before(const std::vector<UndoRow>& rows);

} // namespace iplease
