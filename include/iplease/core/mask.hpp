// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/secret.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// The secrets that are known, each in every shape in which a tool may repeat it, and the one piece
/// of code that takes them out of a text. It is taught what is in force (values of a release, of a
/// file, of a setting) and asked where the output of a child comes in (cluster/masked_runner.hpp).
class Masker {
public:
  /// A value, its lines where it has several, its base64 and what it is the base64 of, its
  /// URL-encoded form, and how JSON and YAML quote it. A word below 4 bytes is not masked: it is
  /// everywhere.
  void learn(const Secret& secret);
  /// The same for each.
  void learn(const std::vector<Secret>& secrets);
  /// `text` with `k_masked` for each secret. A short one (below 8 bytes) is masked only where it
  /// stands alone, for it may be a part of other words.
  [[nodiscard]] std::string masked(std::string text) const;

private:
  void note(std::string word, std::size_t shortest);
  void note_shapes(const std::string& value);

  std::vector<std::string> m_words{}; ///< the longest first, each once
};

/// What stands in a text behind names that speak of a key, secret, token, password or credential.
[[nodiscard]] std::vector<Secret> named_secrets(std::string_view text);
/// The same and all long lines without a name: for values that are no YAML that can be read.
[[nodiscard]] std::vector<Secret> secrets_by_line(std::string_view text);

/// What stands between `://` and `@` in each URL of a text, as it stands.
[[nodiscard]] std::vector<std::string_view> url_credentials(std::string_view text);
[[nodiscard]] std::string mask_url_credentials(std::string text);
/// Whether a text of the operator's speaks of something secret anywhere; then none of it is shown.
[[nodiscard]] bool may_hold_secret(std::string_view text);

/// Replaces what follows a word that speaks of a secret and a `:` or `=`, up to the end of the
/// line: for lines of a log, whose writer is not ours and whose secrets are not known.
[[nodiscard]] std::string mask_named_secrets(std::string text);

} // namespace iplease
