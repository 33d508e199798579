// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace iplease {

/// A pool of the old configuration under its new name; the migrate stage reads these.
struct MigratedPool {
  std::string name{};
  std::string old_name{};               ///< as the ConfigMap has it; Services may still ask for it
  std::string protocol{};               ///< layer2, bgp, or whatever was written
  std::vector<std::string> addresses{}; ///< byte for byte as written
  bool auto_assign = true;
  bool avoid_buggy_ips = false;
  bool operator==(const MigratedPool&) const = default;
};

/// What a 0.12-era ConfigMap becomes.
struct Converted {
  std::string name_space{}; ///< of the ConfigMap; metallb-system when it names none
  /// The custom resources in the order of the upstream tool: BGPPeer, IPAddressPool,
  /// BGPAdvertisement, L2Advertisement, BFDProfile, Community. Never status or creationTimestamp.
  std::vector<nlohmann::json> objects{};
  std::vector<MigratedPool> pools{};
  std::vector<std::string> warnings{}; ///< for people; what was renamed, ignored or is unwise
  bool has_password = false;           ///< a BGP password is in `objects`: do not show them
};

/// Why a ConfigMap cannot be converted; the words are MetalLB's where MetalLB would say the same.
struct ConvertError {
  std::string message{};
  bool ours = false; ///< the upstream tool would have printed objects that no API server accepts
  bool operator==(const ConvertError&) const = default;
};

/// Converts the text (YAML or JSON) of a ConfigMap with key `config`, as MetalLB 0.14.8's
/// configmaptocrs does (configmaptocrs/main.go, internal/config/config.go): leniency, naming,
/// numbering and validation are its own. Pure; reads nothing but `text`.
[[nodiscard]] std::variant<Converted, ConvertError> convert_configmap(std::string_view text);

/// The objects as a YAML stream, each document ended by `---`. Every string that YAML could read
/// as anything else is written double-quoted.
[[nodiscard]] std::string render_yaml(const std::vector<nlohmann::json>& objects);
/// The objects as one JSON object of kind List, as kubectl accepts it.
[[nodiscard]] std::string render_json(const std::vector<nlohmann::json>& objects);

} // namespace iplease
