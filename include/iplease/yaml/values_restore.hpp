// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/memory.hpp>
#include <iplease/core/secret.hpp>
#include <iplease/core/step.hpp>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace iplease {

/// What `edit_values` changed, for undo: "ipoperator", "attributes/KEY", and "attributes" if there
/// was no list with items. Values are as written in YAML, `null` if nothing is written.
[[nodiscard]] std::vector<FieldChange> values_changes(const Secret& before,
                                                      const Secret& after,
                                                      const std::vector<std::string>& attributes);

struct RestoredValues {
  std::string text{};
  std::vector<std::string> changes{}; ///< in words; empty: the text is unchanged
  std::vector<std::string> kept{};    ///< what somebody changed since, in words
};

/// Undo of `edit_values`: what still reads true goes back to its old value, everything else stays.
/// Refuses like `edit_values`.
[[nodiscard]] std::variant<RestoredValues, std::vector<Problem>>
restore_values(const Secret& text,
               const std::string& file_name,
               const std::map<std::string, MadeField>& fields);

/// Each of `fields` as the text has it, as written in YAML; empty if absent.
[[nodiscard]] std::map<std::string, std::string>
values_now(const Secret& text, const std::map<std::string, MadeField>& fields);

} // namespace iplease
