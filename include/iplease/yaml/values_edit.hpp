// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/secret.hpp>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace iplease {

/// What provider.yaml, the values of chart akash/provider, shall say.
struct ValuesWish {
  bool ipoperator = true;                ///< set `ipoperator: true`; false: leave it alone
  std::vector<std::string> attributes{}; ///< each advertised with the value "true"
};

struct ValuesEdit {
  std::string text{}; ///< byte-identical to the input when nothing had to change
  bool changed = false;
  std::vector<std::string>
      changes{}; ///< in words: "ipoperator: false → true", "attributes: + ip-lease"
};

/// Edits the text of a values file and nothing but what the wish names. Any YAML spelling of
/// true counts as already right. Refused, with `file:line:column` and what to do (exit 3), is
/// whatever is ambiguous: see docs/values.md for the list.
[[nodiscard]] std::variant<ValuesEdit, std::vector<Problem>>
edit_values(const Secret& text, const std::string& file_name, const ValuesWish& wish);

/// What planning wants to know of a values text.
struct ValuesFacts {
  enum class State { absent, is_true, other };
  std::string from{};
  std::string domain{};
  std::string image_tag{};
  std::optional<bool> lets_encrypt{}; ///< letsEncrypt.enabled; absent: the chart's default rules
  bool has_key = false;               ///< not empty, nor base64 of white space
  bool has_keysecret = false;
  bool has_bid_price_script = false;
  State ipoperator = State::absent;
  std::map<std::string, State> attributes{}; ///< every advertised key
  std::vector<Secret> secrets{}; ///< every secret scalar: to mask, to look for in outputs
};

/// Facts of a values text, or why it cannot be read.
[[nodiscard]] std::variant<ValuesFacts, std::vector<Problem>>
read_values(const Secret& text, const std::string& file_name);

/// Which of `from`, `key`, `keysecret`, `domain` are absent or empty; the provider cannot run
/// without them, though the chart renders.
[[nodiscard]] std::vector<std::string> missing_required(const ValuesFacts& facts);

/// One value that is not the same in two texts.
struct ValueDifference {
  enum class Which { only_a, only_b, differs } which = Which::differs;
  std::vector<std::string> path{}; ///< keys from the root; of an attribute: "attributes", its key
  std::string line{};              ///< in words, secrets masked
};
[[nodiscard]] std::vector<ValueDifference> compare_values(const Secret& a,
                                                          const Secret& b,
                                                          const std::string& a_name = "file",
                                                          const std::string& b_name = "release",
                                                          const ValuesWish& ignoring = {
                                                              .ipoperator = false});

/// The file with what only the release has, text-preserving as `edit_values`: new keys in their
/// places, missing attributes at the end of the list. Where both have a value the file's stays.
/// What `ignoring` would set anyway is not taken over. Refused where the text has no safe place
/// for it (an anchor, a merge, another kind of value).
[[nodiscard]] std::variant<ValuesEdit, std::vector<Problem>>
merge_values(const Secret& file,
             const std::string& file_name,
             const Secret& release,
             const ValuesWish& ignoring = {.ipoperator = false});

/// What differs in meaning between two values texts, one line each, secrets masked; empty when
/// Helm would read the same from both (`1.60` and `1.6`, order of keys and of attributes). What
/// `ignoring` would set anyway is left out, so that a file that was edited and not yet rolled
/// out does not count as different. `a_name` and `b_name` stand in the lines.
[[nodiscard]] std::vector<std::string> values_difference(const Secret& a,
                                                         const Secret& b,
                                                         const std::string& a_name = "file",
                                                         const std::string& b_name = "release",
                                                         const ValuesWish& ignoring = {
                                                             .ipoperator = false});

} // namespace iplease
