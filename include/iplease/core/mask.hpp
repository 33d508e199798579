// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/secret.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The known secrets, each in every encoding in which a tool may repeat it. Removes them from
/// texts. Learns the values in force (of a release, a file, a setting); child output is masked in
/// cluster/masked_runner.hpp.
class Masker {
public:
  /// Learns a value, its lines, its base64 and what it is the base64 of, its URL-encoded form, and
  /// how JSON and YAML quote it. Ignores words below 4 bytes: they occur everywhere.
  void learn(const Secret& secret);
  void learn(const std::vector<Secret>& secrets);
  /// Replaces each secret in `text` by `k_masked`. A secret below 8 bytes may be part of other
  /// words, so it is masked only where it is a whole word.
  [[nodiscard]] std::string masked(std::string text) const;

private:
  void note(std::string word, std::size_t shortest);
  void note_shapes(const std::string& value);

  std::vector<std::string> m_words{}; ///< longest first, no duplicates
};

/// Whether a value with this key is a secret anywhere: tokens, passwords, API keys.
[[nodiscard]] bool secret_name(std::string_view key);

/// Values in a text whose name suggests a key, secret, token, password or credential.
[[nodiscard]] std::vector<Secret> named_secrets(std::string_view text);
/// The same and all long lines without a name, for values that are not valid YAML.
[[nodiscard]] std::vector<Secret> secrets_by_line(std::string_view text);

/// What is between `://` and `@` in each URL of a text; views of `text`.
[[nodiscard]] std::vector<std::string_view> url_credentials(std::string_view text);
[[nodiscard]] std::string mask_url_credentials(std::string text);
/// Whether an operator's text mentions anything secret; if so, show none of it.
[[nodiscard]] bool may_hold_secret(std::string_view text);

/// Masks the rest of the line after a secret-like name and `:` or `=`. For log lines of other
/// programs, whose secrets are unknown.
[[nodiscard]] std::string mask_named_secrets(std::string text);

} // namespace iplease
