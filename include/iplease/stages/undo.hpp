// SPDX-License-Identifier: Apache-2.0
// Undo of `enable`, from what the journals remember and what the cluster has.
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

/// The stages of `undo` in order: dependents go first.
[[nodiscard]] std::span<const Stage> undo_registry();

/// Plans `undo`. `stage` limits it to that stage and those before it in undo_registry(); `verify`
/// stands alone. If no run is remembered, objects written only by iplease's field manager count as
/// made by iplease, and the plan says that the rest is unknown. Pure.
[[nodiscard]] Plan
plan_undo(const Observation& seen, const Settings& want, const std::string& stage = {});

/// Settings for planning an undo: the chart the provider had, and no search for other charts.
[[nodiscard]] Settings undo_settings(const Observation& seen, Settings want);
/// The provider's values after the undo, to try the upgrade with; nullopt: none is planned.
[[nodiscard]] std::optional<Secret> undo_values(const Observation& seen);

/// What stays although one may expect it to go, in the plan's words.
[[nodiscard]] std::vector<std::string> kept_by(const Plan& plan);

/// What a later undo still has to revert, because somebody changed it or needs it now: subject ->
/// its fields; no fields: all.
[[nodiscard]] std::map<std::string, std::vector<std::string>> undo_keeps(const Observation& seen,
                                                                         const Plan& plan);

/// One thing that a run made or changed, compared with its state before.
struct UndoRow {
  std::string what{};
  std::string before{};
  std::string now{};
  bool as_before = false;
  bool operator==(const UndoRow&) const = default;
};
/// `then` is the memory when the undo was planned, `now` a look after it.
[[nodiscard]] std::vector<UndoRow> undo_rows(const MemorySeen& then, const Observation& now);
/// The first row that is not as before (IPL-RUN-032); nullopt: all are.
[[nodiscard]] std::optional<Problem> other_than_before(const std::vector<UndoRow>& rows);

} // namespace iplease
