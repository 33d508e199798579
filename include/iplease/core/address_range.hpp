// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

/// A 16-byte address that compares like Go's net.IP; IPv4 is v4-mapped.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool v4 = false;
  auto
  operator<=>(const IpAddress&) const = default; // NOLINT(readability-implicit-bool-conversion): v4
};

/// One entry of a pool, CIDR or first-last. Accepts exactly what MetalLB 0.14.8 does
/// (internal/config/config.go, ParseCIDR). `text` is as the operator wrote it.
struct AddressRange {
  std::string text{};
  IpAddress first{};
  IpAddress last{};
  bool cidr = false;      ///< written as a prefix
  int prefix = 0;         ///< only when `cidr`
  bool host_bits = false; ///< a prefix with host bits set; MetalLB widens it silently
  bool operator==(const AddressRange&) const = default;
};

/// Parses one entry. On refusal returns MetalLB's own error text.
[[nodiscard]] std::variant<AddressRange, std::string> parse_range(std::string_view text);
/// Parses an address as Go's net.ParseIP does.
[[nodiscard]] std::variant<IpAddress, std::string> parse_address(std::string_view text);
[[nodiscard]] std::string to_text(const IpAddress& address);
[[nodiscard]] bool contains(const AddressRange& range, const IpAddress& address);
[[nodiscard]] bool overlap(const AddressRange& one, const AddressRange& other);
/// The prefixes that MetalLB splits a range into; it counts and checks overlap by these.
[[nodiscard]] std::vector<std::string> prefixes(const AddressRange& range);
/// The number of addresses that MetalLB counts (metallb_allocator_addresses_total), saturating.
[[nodiscard]] std::uint64_t count(const std::vector<AddressRange>& ranges,
                                  bool avoid_buggy_ips = false);

} // namespace iplease
