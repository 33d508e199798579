// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/secret.hpp>
#include <iplease/yaml/located.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Whether a word looks like key material: at least 40 base64 characters that are neither an
/// account address nor an attribute's path, or at least 32 hexadecimal digits.
[[nodiscard]] bool looks_like_secret(std::string_view word);

/// The scalars of provider values that must not be shown: the wallet's `key` and `keysecret`,
/// `bidpricescript`, everything below `letsEncrypt.providers`, what `secret_name` and
/// `looks_like_secret` find, the `value` beside a `name: X_TOKEN`, and targets of aliases there.
[[nodiscard]] std::vector<std::size_t> secret_nodes(const LocatedYaml& yaml);

/// What a masker must learn from a text: its secret scalars, the passwords in its URLs, and what
/// embedded text names as secret.
[[nodiscard]] std::vector<Secret> secrets_of(const LocatedYaml& yaml);
/// The same for a text that may not be YAML; then line by line, rather too much than too little.
[[nodiscard]] std::vector<Secret> secrets_of_text(const Secret& text);

/// Whether a value is secret by its path of keys.
[[nodiscard]] bool secret_path(const std::vector<std::string>& path);

/// Masks in a line every word that looks like a secret, every password in a URL, and every
/// commented-out `key: VALUE` with a secret name.
[[nodiscard]] std::string mask_line(std::string_view line);

/// A line of an unreadable text: only what is before its first colon.
[[nodiscard]] std::string blind_line(std::string_view line);

} // namespace iplease
