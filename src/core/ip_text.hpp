// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// Go's net.ParseIP (net/netip); refuses zones.
[[nodiscard]] std::optional<IpAddress> go_parse_ip(std::string_view text);
/// Go's strings.TrimSpace: trims Unicode White_Space at both ends.
[[nodiscard]] std::string_view go_trim_space(std::string_view text);
/// Go's %q, so that refusals read as MetalLB prints them.
[[nodiscard]] std::string go_quote(std::string_view text);

} // namespace iplease
