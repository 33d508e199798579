// SPDX-License-Identifier: Apache-2.0
// What the journals remember, as input of planning.
#pragma once

#include <iplease/core/step.hpp>

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// The last thing that a run began to do with a Helm release. States are in the form of
/// release_line(), times by this machine's clock.
struct ReleaseWrite {
  std::string before{};
  std::string expect{};
  std::string began{};
  std::string ended{}; ///< when its command ended by itself; empty: it was cut short
  bool operator==(const ReleaseWrite&) const = default;
};

/// A field that iplease changed in an existing object.
struct MadeField {
  std::string was{};             ///< before the first change; empty: absent
  std::vector<std::string> is{}; ///< the values iplease set, oldest first
  bool operator==(const MadeField&) const = default;
};

/// An object or file that earlier runs made or changed.
struct MadeSeen {
  std::string stage{};
  std::string before{};              ///< its state before the first step; "absent": iplease made it
  std::vector<std::string> expect{}; ///< the states that the steps promised, oldest first
  std::map<std::string, MadeField> fields{};
  /// By promised state: the times of a helm that failed. It may still have written its revision,
  /// but the number is then also the next one that somebody else's helm writes.
  std::map<std::string, ReleaseWrite> unsure{};
  bool operator==(const MadeSeen&) const = default;
};

/// What only the journals of earlier runs know.
struct MemorySeen {
  std::vector<Debt> debts{};
  std::map<std::string, std::string> debt_since{}; ///< debt id -> RFC 3339 time of its intent
  std::string unfinished_run{};      ///< id of the last run that wrote and did not end "done"
  std::string unfinished_settings{}; ///< its settings as JSON, for `resume`
  std::string unfinished_kept{};     ///< digest of the kept plan that it applied; empty: none
  bool verify_owed = false;
  /// By "namespace/name", since the last run that ended "done".
  std::map<std::string, ReleaseWrite> release_writes{};
  std::string in_flight_step{};
  std::string in_flight_subject{};
  std::string in_flight_before{};
  std::string in_flight_expect{};
  /// By subject, or "file/PATH" for a file: what runs made or changed and `undo` has not reverted.
  std::map<std::string, MadeSeen> made{};
  /// The same plus what an unfinished undo has already reverted; for its table.
  std::map<std::string, MadeSeen> touched{};
  bool enabled = false;  ///< some run of enable, resume or doctor wrote here, even if undone since
  bool migrated = false; ///< a MetalLB of the ConfigMap era was migrated; undo cannot revert that
  std::string unfinished_command{}; ///< of the unfinished run
  std::string unfinished_only{}; ///< what its `undo` was limited to, a run or a stage; empty: all
  bool operator==(const MemorySeen&) const = default;
};

} // namespace iplease
