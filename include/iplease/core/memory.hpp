// SPDX-License-Identifier: Apache-2.0
// What journals remember, as planning sees it.
#pragma once

#include <iplease/core/step.hpp>

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// The last thing that a run of ours began to do with a Helm release. States are as release_line()
/// says them, times are this machine's, as the journal has them.
struct ReleaseWrite {
  std::string before{};
  std::string expect{};
  std::string began{};
  std::string ended{}; ///< when its command came back by itself; empty: it was cut short
  bool operator==(const ReleaseWrite&) const = default;
};

/// A field of something that we changed.
struct MadeField {
  std::string was{};             ///< before our first change; empty: it was not there
  std::vector<std::string> is{}; ///< what we made it, in the order of our runs
  bool operator==(const MadeField&) const = default;
};

/// Something that our runs made or changed.
struct MadeSeen {
  std::string stage{};
  std::string before{};              ///< its state before our first step; "absent": we made it
  std::vector<std::string> expect{}; ///< the states that our steps promised, in their order
  std::map<std::string, MadeField> fields{};
  bool operator==(const MadeSeen&) const = default;
};

/// What only the journal of an earlier run knows.
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
  /// By subject, and "file/PATH" for a file: what our runs made or changed and `undo` has not taken
  /// back.
  std::map<std::string, MadeSeen> made{};
  /// The same with what an unfinished undo has taken back already: what its table is about.
  std::map<std::string, MadeSeen> touched{};
  bool enabled = false;  ///< some run of enable, resume or doctor wrote here, undone or not
  bool migrated = false; ///< a MetalLB of the ConfigMap era was migrated; no undo goes back
  std::string unfinished_command{}; ///< of the unfinished run
  std::string unfinished_only{}; ///< what its `undo` was to take back: a run, a stage; empty: all
  bool operator==(const MemorySeen&) const = default;
};

} // namespace iplease
