// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace iplease {

/// What kube-proxy makes of `ipvs.strictARP`; it reads YAML 1.1, so `no` and `Off` are false.
enum class StrictArp { absent, off, on, unclear };

/// The two fields of `config.conf` that matter, and where they are.
struct StrictArpSeen {
  std::string mode{}; ///< "", "iptables", "ipvs", "nftables"
  StrictArp state = StrictArp::absent;
  std::string spelling{}; ///< as written: `False`, `no`
  Place place{};          ///< of the value, line and column in config.conf
  std::string error{};    ///< not empty: config.conf could not be read, the rest is void
  bool operator==(const StrictArpSeen&) const = default;
};

/// Reads data["config.conf"] of ConfigMap kube-system/kube-proxy, located by parsing.
[[nodiscard]] StrictArpSeen find_strict_arp(std::string_view config_conf);

/// Why a text cannot be edited without touching more than the one field.
struct NoEdit {
  std::string why{};
};

/// The same text with `strictARP: true` under `ipvs`, every other byte kept. The result was read
/// back and differs from the input in that field only. Already true: the text itself.
[[nodiscard]] std::variant<std::string, NoEdit> set_strict_arp(std::string_view config_conf);

/// What is written there, for the way back: `ipvs.strictARP` and `ipvs`; empty where a key is not
/// there, `null` where it has no value; of an `ipvs` with entries "mapping".
struct StrictArpWritten {
  std::string strict{};
  std::string ipvs{};
};
[[nodiscard]] StrictArpWritten strict_arp_written(std::string_view config_conf);

/// The way back of `set_strict_arp`: the one field as it was written, every other byte kept.
[[nodiscard]] std::variant<std::string, NoEdit> restore_strict_arp(std::string_view config_conf,
                                                                   const StrictArpWritten& was);

} // namespace iplease
