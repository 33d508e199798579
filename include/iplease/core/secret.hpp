// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace iplease {

inline constexpr const char* k_masked = "•••";

/// Text that must not leave the process by accident. It has no stream operator and no implicit
/// conversion; code that prints shows `k_masked`.
class Secret {
public:
  Secret() = default;
  explicit Secret(std::string text)
      : m_text(std::move(text))
  {
  }
  /// The only access to the text; review every call.
  [[nodiscard]] const std::string& reveal() const noexcept { return m_text; }
  [[nodiscard]] bool empty() const noexcept { return m_text.empty(); }
  bool operator==(const Secret&) const = default;

private:
  std::string m_text;
};

} // namespace iplease
