// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// Why `text` is not a wallet address, for the operator; nullopt: it is one (bech32 as in BIP 173,
/// human-readable part "akash", 20 bytes, 44 characters).
[[nodiscard]] std::optional<std::string> why_not_akash_address(std::string_view text);

} // namespace iplease
