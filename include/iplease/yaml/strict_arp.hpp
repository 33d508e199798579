// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace iplease {

/// How kube-proxy reads `ipvs.strictARP`. It uses YAML 1.1, so `no` and `Off` are false.
enum class StrictArp { absent, off, on, unclear };

/// The two fields of `config.conf` that matter.
struct StrictArpSeen {
  std::string mode{}; ///< "", "iptables", "ipvs", "nftables"
  StrictArp state = StrictArp::absent;
  std::string spelling{}; ///< as written: `False`, `no`
  Place place{};          ///< line and column of the value in config.conf
  std::string error{};    ///< not empty: config.conf could not be read; ignore the rest
  bool operator==(const StrictArpSeen&) const = default;
};

/// Reads data["config.conf"] of ConfigMap kube-system/kube-proxy.
[[nodiscard]] StrictArpSeen find_strict_arp(std::string_view config_conf);

/// Why the field cannot be edited without touching more of the text.
struct NoEdit {
  std::string why{};
};

/// Sets `strictARP: true` under `ipvs` and keeps every other byte. Reads the result back: it
/// differs from the input only in that field. Returns the text itself if it is already true.
[[nodiscard]] std::variant<std::string, NoEdit> set_strict_arp(std::string_view config_conf);

/// What is written there, for undo: `ipvs.strictARP` and `ipvs`. Empty if the key is absent, `null`
/// if it has no value, "mapping" for an `ipvs` with entries.
struct StrictArpWritten {
  std::string strict{};
  std::string ipvs{};
};
[[nodiscard]] StrictArpWritten strict_arp_written(std::string_view config_conf);

/// Undo of `set_strict_arp`: restores the field as written and keeps every other byte.
[[nodiscard]] std::variant<std::string, NoEdit> restore_strict_arp(std::string_view config_conf,
                                                                   const StrictArpWritten& was);

} // namespace iplease
