// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// What to write instead of an entry that MetalLB refuses; never empty.
[[nodiscard]] std::string range_hint(std::string_view text);

} // namespace iplease
