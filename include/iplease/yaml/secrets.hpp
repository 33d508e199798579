// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/secret.hpp>
#include <iplease/yaml/located.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Whether a value under this key is a secret wherever it stands: tokens, passwords, API keys.
[[nodiscard]] bool secret_name(std::string_view key);

/// Whether a word looks like key material: 40 or more characters of base64 that are not an
/// account address and not an attribute's path, or 32 or more hexadecimal digits.
[[nodiscard]] bool looks_like_secret(std::string_view word);

/// The scalars of provider values that must not be shown: the wallet's `key` and `keysecret`,
/// `bidpricescript`, everything below `letsEncrypt.providers`, what `secret_name` and
/// `looks_like_secret` say, the `value` beside a `name: X_TOKEN`, and what an alias in such a place
/// means.
[[nodiscard]] std::vector<std::size_t> secret_nodes(const LocatedYaml& yaml);

/// What a masker has to know of a text: its secret scalars, the passwords of its URLs, and what a
/// text within it names as a secret.
[[nodiscard]] std::vector<Secret> secrets_of(const LocatedYaml& yaml);
/// The same of a text that may be no YAML; then line by line, and too much rather than too little.
[[nodiscard]] std::vector<Secret> secrets_of_text(const Secret& text);

/// Whether the value at a path of keys is secret by its place and name.
[[nodiscard]] bool secret_path(const std::vector<std::string>& path);

/// Any line of text with every word that looks like a secret, every password of a URL and
/// every commented-out `key: VALUE` of a secret name replaced by `•••`.
[[nodiscard]] std::string mask_line(std::string_view line);

/// A line of a text that could not be read: what stands before its first colon, and no value.
[[nodiscard]] std::string blind_line(std::string_view line);

} // namespace iplease
