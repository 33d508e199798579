// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/step.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Observation;
struct Settings;

enum class Verdict { satisfied, needed, blocked };

/// What one stage will do, and why.
struct StagePlan {
  std::string stage{};
  Verdict verdict = Verdict::satisfied;
  std::string reason{};             ///< one line, also for satisfied
  std::string change{};             ///< "create", "change", or "" if nothing is written
  std::vector<std::string> notes{}; ///< deviations from the guide with their reasons; warnings
  std::vector<Problem> problems{};  ///< if blocked, each with id, cause and fix
  std::vector<Step> steps{};
  /// `undo` only: what iplease made or changed and leaves in place, and why.
  std::vector<std::string> kept{};
  bool operator==(const StagePlan&) const = default;
};

/// The plan of a run. Shown, saved, scripted and executed from this one object.
struct Plan {
  std::vector<StagePlan> stages{};
  std::string command = "enable"; ///< the command it belongs to
  [[nodiscard]] bool blocked() const;
  /// Whether any step writes.
  [[nodiscard]] bool changes() const;
  bool operator==(const Plan&) const = default;
};

/// A stage is a value, not a subclass. `plan` is pure: it gets no effects.
struct Stage {
  std::string_view id; ///< CLI name, journal key and documentation anchor
  std::string_view title;
  /// `done` holds the plans of earlier stages, so a stage can see what will have changed.
  StagePlan (*plan)(const Observation& seen, const Settings& want, std::span<const StagePlan> done);
};

/// The stages in the order of a run; one line per stage in stages/stages.def.
[[nodiscard]] std::span<const Stage> registry();

/// Pure and total: the same observation and settings give the same plan. The first change of an
/// enable plan adds the debt of a verification.
[[nodiscard]] Plan make_plan(std::span<const Stage> stages,
                             const Observation& seen,
                             const Settings& want,
                             std::string command = "enable");

/// Live state of a step's subject as one comparable line; empty if the subject is unknown.
[[nodiscard]] std::string subject_state(const Observation& seen, std::string_view subject);

} // namespace iplease
