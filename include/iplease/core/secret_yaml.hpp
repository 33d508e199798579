// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace iplease {

struct YamlReading;

/// A YAML text with secrets in it that is read at most once however often it is asked about: the
/// reading (`reading_of` in yaml/located.hpp) is kept beside the text and shared by all copies.
/// The text never changes; as with `Secret`, printing code shows `k_masked`. Not for several
/// threads.
class SecretYaml {
public:
  SecretYaml()
      : SecretYaml(std::string())
  {
  }
  explicit SecretYaml(std::string text)
      : m_kept(std::make_shared<const Kept>(Kept{std::move(text), nullptr}))
  {
  }
  // Without moves: also a text that was moved from stays a text.
  SecretYaml(const SecretYaml&) = default;
  SecretYaml& operator=(const SecretYaml&) = default;
  ~SecretYaml() = default;

  /// The only way to the text; each call is a place to review.
  [[nodiscard]] const std::string& reveal() const noexcept { return m_kept->text; }
  [[nodiscard]] bool empty() const noexcept { return m_kept->text.empty(); }
  bool operator==(const SecretYaml& other) const { return reveal() == other.reveal(); }

private:
  friend const YamlReading& reading_of(const SecretYaml& text);

  struct Kept {
    std::string text;
    mutable std::shared_ptr<const YamlReading> reading;
  };
  std::shared_ptr<const Kept> m_kept;
};

} // namespace iplease
