// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal. Names journal blobs and plans, protects no
/// secret. Implemented here to avoid a dependency for one function.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// "sha256:..." in place of what a plan must not show. A text that is a fingerprint already stays
/// as it is, so that a kept plan compares equal to a plan with the bytes.
[[nodiscard]] std::string fingerprint(std::string_view bytes);

} // namespace iplease
