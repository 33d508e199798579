// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace iplease {

/// major.minor.patch; a missing patch is 0 (Helm built with `go install` reports "v3.16").
struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string pre{}; ///< what follows the numbers, "rc1"; a pre-release is older
  [[nodiscard]] std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

/// Parses "v1.34.4", "0.14.8", "v3.16", "0.6.11-rc1"; nullopt if it is not a version.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);
/// Whether `text` parses and lies in [low, high].
[[nodiscard]] bool
version_within(std::string_view text, std::string_view low, std::string_view high);
/// Whether `text` parses and is older than `other`.
[[nodiscard]] bool version_older(std::string_view text, std::string_view other);

} // namespace iplease
