// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// Whether `text` is a wallet address (bech32, human part "akash", 20 bytes, 44 characters).
/// Empty when it is; otherwise why not, in words for the operator (BIP 173).
[[nodiscard]] std::optional<std::string> why_not_akash_address(std::string_view text);

} // namespace iplease
