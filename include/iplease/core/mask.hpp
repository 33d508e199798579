// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// Replaces in `text` every secret of `input` by `k_masked`. `input` is what a command with
/// `secret_input` was given (values of a provider); its secrets are the scalars whose key speaks
/// of a key, secret, token, password or credential, and every line of a block scalar. A tool may
/// quote its input in an error, and that error is shown and kept.
[[nodiscard]] std::string mask_secrets_of(std::string_view input, std::string text);

/// Replaces what follows a word that speaks of a secret and a `:` or `=`, up to the end of the
/// line: for lines of a log, whose writer is not ours and whose secrets are not known.
[[nodiscard]] std::string mask_named_secrets(std::string text);

} // namespace iplease
