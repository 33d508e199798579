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

/// What provider.yaml (values of chart akash/provider) must say.
struct ValuesWish {
  bool ipoperator = true;                ///< set `ipoperator: true`; false: leave it
  std::vector<std::string> attributes{}; ///< each is advertised with the value "true"
};

struct ValuesEdit {
  std::string text{}; ///< identical to the input if nothing had to change
  bool changed = false;
  std::vector<std::string>
      changes{}; ///< in words: "ipoperator: false → true", "attributes: + ip-lease"
};

/// Edits only what the wish names. Any YAML spelling of true counts as done. Refuses ambiguous text
/// (exit 3), with `file:line:column` and what to do; docs/values.md has the list.
[[nodiscard]] std::variant<ValuesEdit, std::vector<Problem>>
edit_values(const Secret& text, const std::string& file_name, const ValuesWish& wish);

/// What planning needs from a values text.
struct ValuesFacts {
  enum class State { absent, is_true, other };
  std::string from{};
  std::string domain{};
  std::string image_tag{};
  std::optional<bool> lets_encrypt{}; ///< letsEncrypt.enabled; nullopt: the chart's default
  bool has_key = false;               ///< neither empty nor base64 of white space
  bool has_keysecret = false;
  bool has_bid_price_script = false;
  State ipoperator = State::absent;
  std::map<std::string, State> attributes{}; ///< every advertised key
  std::vector<Secret> secrets{}; ///< every secret scalar, to mask and to find in outputs
};

/// Facts of a values text, or why it cannot be read.
[[nodiscard]] std::variant<ValuesFacts, std::vector<Problem>>
read_values(const Secret& text, const std::string& file_name);

/// Which of `from`, `key`, `keysecret` and `domain` are absent or empty. The chart renders without
/// them, but the provider cannot run.
[[nodiscard]] std::vector<std::string> missing_required(const ValuesFacts& facts);

/// One value that differs between two texts.
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

/// Adds to the file what only the release has, preserving its text like `edit_values`: new keys in
/// their places, missing attributes at the end of the list. If both have a value, keeps the file's.
/// Leaves out what `ignoring` sets anyway. Refuses if there is no safe place (an anchor, a merge,
/// another kind of value).
[[nodiscard]] std::variant<ValuesEdit, std::vector<Problem>>
merge_values(const Secret& file,
             const std::string& file_name,
             const Secret& release,
             const ValuesWish& ignoring = {.ipoperator = false});

/// What two values texts differ in for Helm, one line each, secrets masked; empty: nothing. Ignores
/// `1.60` and `1.6` and the order of keys and attributes. Leaves out what `ignoring` sets anyway,
/// so that an edited file not yet rolled out does not differ. The lines use `a_name` and `b_name`.
[[nodiscard]] std::vector<std::string> values_difference(const Secret& a,
                                                         const Secret& b,
                                                         const std::string& a_name = "file",
                                                         const std::string& b_name = "release",
                                                         const ValuesWish& ignoring = {
                                                             .ipoperator = false});

} // namespace iplease
