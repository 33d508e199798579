// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace iplease::legacy {

// The 0.12 configuration, field by field as in configmaptocrs/types.go of MetalLB 0.14.8.

struct Requirement {
  std::string key{};
  std::string op{};
  std::vector<std::string> values{};
  bool operator==(const Requirement&) const = default;
};

struct Selector {
  std::map<std::string, std::string> labels{};
  std::vector<Requirement> expressions{};
  bool operator==(const Selector&) const = default;
};

struct Peer {
  std::uint32_t my_asn = 0;
  std::uint32_t asn = 0;
  std::string address{};
  std::string source{};
  std::uint16_t port = 0;
  std::string hold_time{};
  std::string keepalive_time{};
  std::string router_id{};
  std::vector<Selector> node_selectors{};
  std::string password{};
  std::string bfd_profile{};
  bool ebgp_multihop = false;
  std::int64_t hold_seconds = 90; ///< from hold_time, once parsed
  std::int64_t keepalive_seconds = 0;
};

struct BgpAdvertisement {
  std::optional<std::int32_t> length{};
  std::optional<std::int32_t> length_v6{};
  std::uint32_t local_pref = 0;
  std::vector<std::string> communities{};
};

struct Pool {
  std::string protocol{};
  std::string name{}; ///< after normalising
  std::string old_name{};
  std::vector<std::string> addresses{};
  std::optional<bool> auto_assign{};
  std::optional<bool> avoid_buggy_ips{};
  std::vector<BgpAdvertisement> advertisements{};
};

struct BfdProfile {
  std::string name{};
  std::optional<std::uint32_t> receive{};
  std::optional<std::uint32_t> transmit{};
  std::optional<std::uint32_t> multiplier{};
  std::optional<std::uint32_t> echo_interval{};
  bool echo = false;
  bool passive = false;
  std::optional<std::uint32_t> min_ttl{};
};

struct Config {
  std::vector<Peer> peers{};
  std::map<std::string, std::string> communities{};
  std::vector<Pool> pools{};
  std::vector<BfdProfile> bfd_profiles{};
  std::vector<std::string> unknown{}; ///< paths of keys that nothing reads
};

/// Decodes by Go's encoding/json rules: unknown keys and the letter case of keys are ignored, null
/// means absent, and numbers and booleans become text where text is wanted.
[[nodiscard]] std::variant<Config, std::string> decode(const nlohmann::json& value);

/// Makes names valid for Kubernetes, as MetalLB 0.13.11 and later do; notes what changed.
[[nodiscard]] std::optional<std::string> normalise_names(Config& config,
                                                         std::vector<std::string>& warnings);

/// Parses hold and keepalive times into whole seconds.
[[nodiscard]] std::optional<std::string> parse_times(Config& config);

/// The first complaint of internal/config.For of MetalLB 0.14.8 without cluster objects. Like it,
/// sorts the values of node selectors.
[[nodiscard]] std::optional<std::string> validate(Config& config);
/// The peers' part of validate.
[[nodiscard]] std::optional<std::string> validate_peers(Config& config);

/// What MetalLB's tool accepts and an API server refuses; nothing if there is no such thing.
[[nodiscard]] std::optional<std::string> refused_by_server(const Config& config,
                                                           const std::string& name_space);

/// Warns about what converts but deserves attention.
void add_warnings(const Config& config,
                  const std::string& name_space,
                  std::vector<std::string>& warnings);

/// The custom resources, in upstream's order.
[[nodiscard]] std::vector<nlohmann::json> objects_for(const Config& config,
                                                      const std::string& name_space);

} // namespace iplease::legacy
