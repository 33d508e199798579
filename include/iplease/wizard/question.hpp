// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One question about one settings key; its words come from the schema table.
struct Question {
  std::string path{};    ///< "pool.addresses"
  std::string title{};   ///< "Which public addresses may tenants lease?"
  std::string why{};     ///< why it is asked, one sentence
  std::string details{}; ///< helps to answer: a difference, secrets masked; may be empty
  std::string current{}; ///< what an empty line keeps; empty: no default
  std::string lesson{};  ///< explanation for `?`, for operators new to it; may be empty
  std::string settles{}; ///< id of the check that fails until it is answered
  Problem missing{};     ///< reported by a run that may not ask
};

/// What neither the operator nor the cluster says, in the order of asking: the keys of
/// `missing_keys`, values file or release if they differ, the provider's address.
[[nodiscard]] std::vector<Question> open_questions(const Observation& seen, const Settings& want);

/// A question that changes a value; the present value is the default.
[[nodiscard]] Question question_to_change(std::string_view path, const Settings& want);

/// The question as shown, not wrapped: title and key, type, why, default, example, possible input.
[[nodiscard]] std::string question_text(const Question& question);
/// The answer to `?`: meaning, default, example, flag, variable, and the details.
[[nodiscard]] std::string question_help(const Question& question);

/// A typed answer as a value for Settings. Splits lists at commas and words at spaces; a choice may
/// be given by its number.
[[nodiscard]] GivenValue answer_value(const Question& question,
                                      const std::string& typed,
                                      const std::string& folder,
                                      const std::string& home);

} // namespace iplease
