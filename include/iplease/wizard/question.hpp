// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One question about one key of the settings; its words come from the schema table.
struct Question {
  std::string path{};    ///< "pool.addresses"
  std::string title{};   ///< "Which public addresses may tenants lease?"
  std::string why{};     ///< why it is asked, one sentence
  std::string details{}; ///< what helps to answer: a difference, secrets masked; may be empty
  std::string current{}; ///< what an empty line keeps; empty: there is no default
  std::string lesson{};  ///< what `?` teaches somebody who never had to answer it; may be empty
  std::string settles{}; ///< id of the check that fails while it is open
  Problem missing{};     ///< what a run that may not ask says instead
};

/// What neither the operator nor the cluster says, in the order in which it is asked: the keys of
/// `missing_keys`, the values file or the release where they differ, the provider's address.
[[nodiscard]] std::vector<Question> open_questions(const Observation& seen, const Settings& want);

/// A question that changes a value, with the present one as default.
[[nodiscard]] Question question_to_change(std::string_view path, const Settings& want);

/// The question as it is shown: title and key, type, why, default, example, what can be typed.
/// Not wrapped.
[[nodiscard]] std::string question_text(const Question& question);
/// What `?` says: meaning, default, example, flag, variable, and the details.
[[nodiscard]] std::string question_help(const Question& question);

/// A typed answer as a value on its way into Settings: lists are split at commas, words at
/// blanks, a choice may be given by its number.
[[nodiscard]] GivenValue answer_value(const Question& question,
                                      const std::string& typed,
                                      const std::string& folder,
                                      const std::string& home);

} // namespace iplease
