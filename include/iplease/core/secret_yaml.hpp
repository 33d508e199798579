// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace iplease {

/// A YAML text with secrets in it (`reading_of` in yaml/located.hpp reads it). As with `Secret`,
/// printing code shows `k_masked`.
class SecretYaml {
public:
  SecretYaml() = default;
  explicit SecretYaml(std::string text)
      : m_text(std::move(text))
  {
  }

  /// The only way to the text; each call is a place to review.
  [[nodiscard]] const std::string& reveal() const noexcept { return m_text; }
  [[nodiscard]] bool empty() const noexcept { return m_text.empty(); }
  bool operator==(const SecretYaml& other) const = default;

private:
  std::string m_text{};
};

} // namespace iplease
