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

/// What an edit by `edit_values` changed, for its way back: "ipoperator", "attributes" where there
/// was no list with items, "attributes/KEY". Values are as they are written in YAML, `null` where
/// nothing is written.
[[nodiscard]] std::vector<FieldChange> values_changes(const Secret& before,
                                                      const Secret& after,
                                                      const std::vector<std::string>& attributes);

struct RestoredValues {
  std::string text{};
  std::vector<std::string> changes{}; ///< in words; empty: the text is byte for byte as it was
  std::vector<std::string> kept{};    ///< what somebody set to something else since, in words
};

/// The reverse edit: what still reads true goes back to what it was, everything else in the text
/// stays. Refused as `edit_values` refuses.
[[nodiscard]] std::variant<RestoredValues, std::vector<Problem>>
restore_values(const Secret& text,
               const std::string& file_name,
               const std::map<std::string, MadeField>& fields);

/// Each of `fields` as the text has it, written as in YAML; empty where it does not.
[[nodiscard]] std::map<std::string, std::string>
values_now(const Secret& text, const std::map<std::string, MadeField>& fields);

} // namespace iplease
