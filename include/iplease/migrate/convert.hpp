// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

/// A pool of the old configuration under its new name; input of stage migrate.
struct MigratedPool {
  std::string name{};
  std::string old_name{};               ///< as in the ConfigMap; Services may still ask for it
  std::string protocol{};               ///< layer2, bgp, or anything else that was written
  std::vector<std::string> addresses{}; ///< as written, byte for byte
  bool auto_assign = true;
  bool avoid_buggy_ips = false;
  bool operator==(const MigratedPool&) const = default;
};

/// What a MetalLB 0.12 ConfigMap becomes.
struct Converted {
  std::string name_space{}; ///< of the ConfigMap; metallb-system if it has none
  /// Custom resources in the upstream tool's order: BGPPeer, IPAddressPool, BGPAdvertisement,
  /// L2Advertisement, BFDProfile, Community. Without status and creationTimestamp.
  std::vector<nlohmann::json> objects{};
  std::vector<MigratedPool> pools{};
  std::vector<std::string> warnings{}; ///< for the operator: what was renamed, ignored or is unwise
  bool has_password = false;           ///< `objects` holds a BGP password: do not show them
};

/// Why a ConfigMap cannot be converted, in MetalLB's words if MetalLB refuses it too.
struct ConvertError {
  std::string message{};
  bool ours = false; ///< upstream would print objects that no API server accepts
  bool operator==(const ConvertError&) const = default;
};

/// Converts a ConfigMap with key `config` (YAML or JSON) exactly as MetalLB 0.14.8's configmaptocrs
/// does (configmaptocrs/main.go, internal/config/config.go), including leniency, names and
/// validation. Pure.
[[nodiscard]] std::variant<Converted, ConvertError> convert_configmap(std::string_view text);

/// The objects as a YAML stream, each document ended by `---`. Double-quotes every string that YAML
/// could read as something else.
[[nodiscard]] std::string render_yaml(const std::vector<nlohmann::json>& objects);
/// The objects as one JSON List, as kubectl accepts it.
[[nodiscard]] std::string render_json(const std::vector<nlohmann::json>& objects);

} // namespace iplease
