// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// SHA-256 (FIPS 180-4) of the bytes, in lower-case hexadecimal. Names blobs of the journal and
/// plans; nothing here guards a secret. Own code, because one function is not worth a package.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// "sha256:..." of what a plan must not show. A text that is one already stays as it is, so that a
/// plan that was kept compares with a plan that holds the bytes.
[[nodiscard]] std::string fingerprint(std::string_view bytes);

} // namespace iplease
