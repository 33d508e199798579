// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace iplease {

/// One thing that `doctor --fix` does. The cures run in this order.
enum class Cure : std::uint8_t {
  label_namespace,  ///< stage namespace
  install_metallb,  ///< stage metallb
  make_leases,      ///< namespace lease
  expose,           ///< stage expose
  pool,             ///< stage pool
  strict_arp,       ///< stage strict-arp, which restarts kube-proxy
  install_operator, ///< stage ip-operator: its release gets what it lacks
  restart_operator,
  refresh_operator, ///< makes the IP operator look at the pool again
  upgrade_provider, ///< stages provider-values and provider
  replace_provider  ///< deletes the provider's pod, after proving its successor
};
inline constexpr int k_cures = 11;

struct CureWords {
  Cure cure;
  std::string_view words;  ///< "replace the provider's pod"
  std::string_view stages; ///< stages of enable whose steps it runs: "a b"; empty: its own steps
};
[[nodiscard]] std::span<const CureWords> all_cures();
[[nodiscard]] const CureWords& words_of(Cure cure);

class CureSet {
public:
  constexpr CureSet() = default;
  template <class... More>
  constexpr explicit CureSet(Cure one, More... more)
      : m_bits(static_cast<std::uint16_t>((bit(one) | ... | bit(more))))
  {
  }
  [[nodiscard]] constexpr bool has(Cure one) const { return (m_bits & bit(one)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return m_bits == 0; }
  [[nodiscard]] constexpr bool covers(CureSet other) const
  {
    return (m_bits & other.m_bits) == other.m_bits;
  }
  [[nodiscard]] constexpr CureSet without(Cure one) const
  {
    CureSet rest;
    rest.m_bits = static_cast<std::uint16_t>(m_bits & ~bit(one));
    return rest;
  }
  constexpr void add(CureSet more) { m_bits = static_cast<std::uint16_t>(m_bits | more.m_bits); }
  [[nodiscard]] constexpr CureSet operator|(CureSet more) const
  {
    more.add(*this);
    return more;
  }
  bool operator==(const CureSet&) const = default;

private:
  static constexpr std::uint16_t bit(Cure one)
  {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(one));
  }
  std::uint16_t m_bits = 0;
};

/// A row of the table: what cures a finding, and which cures wait until it is clear.
struct CureRow {
  std::string_view id;
  CureSet cured_by{};
  CureSet forbids{};
};
/// One row for every id that a check may report.
[[nodiscard]] std::span<const CureRow> cure_table();
/// An id without a row has no cure and forbids all.
[[nodiscard]] CureRow row_of(std::string_view id);

} // namespace iplease
