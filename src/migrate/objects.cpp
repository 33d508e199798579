// SPDX-License-Identifier: Apache-2.0
#include "go_text.hpp"
#include "legacy_config.hpp"

namespace iplease::legacy {

namespace {

using nlohmann::json;

json object(const char* version,
            const char* kind,
            const std::string& name,
            const std::string& name_space,
            json spec)
{
  return {{"apiVersion", std::string("metallb.io/") + version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"namespace", name_space}}},
          {"spec", std::move(spec)}};
}

template <class T> void put(json& spec, const char* key, const std::optional<T>& value)
{
  if (value) {
    spec[key] = *value;
  }
}

void put(json& spec, const char* key, const std::string& value)
{
  if (!value.empty()) {
    spec[key] = value;
  }
}

json selector_json(const Selector& selector)
{
  json out = json::object();
  if (!selector.labels.empty()) {
    out["matchLabels"] = selector.labels;
  }
  for (const Requirement& requirement : selector.expressions) {
    json entry{{"key", requirement.key}, {"operator", requirement.op}};
    if (!requirement.values.empty()) {
      entry["values"] = requirement.values;
    }
    out["matchExpressions"].push_back(std::move(entry));
  }
  return out;
}

json peer_spec(const Peer& peer)
{
  json spec{{"myASN", peer.my_asn},
            {"peerASN", peer.asn},
            {"peerAddress", peer.address},
            {"holdTime", go::seconds_text(peer.hold_seconds)},
            // 0.14.8 writes these two even if unset; 0s means "a third of the hold time".
            {"keepaliveTime", go::seconds_text(peer.keepalive_seconds)},
            {"passwordSecret", json::object()}};
  put(spec, "sourceAddress", peer.source);
  put(spec, "routerID", peer.router_id);
  put(spec, "password", peer.password);
  put(spec, "bfdProfile", peer.bfd_profile);
  if (peer.port != 0) {
    spec["peerPort"] = peer.port;
  }
  if (peer.ebgp_multihop) {
    spec["ebgpMultiHop"] = true;
  }
  for (const Selector& selector : peer.node_selectors) {
    spec["nodeSelectors"].push_back(selector_json(selector));
  }
  return spec;
}

json pool_spec(const Pool& pool)
{
  json spec{{"addresses", pool.addresses}};
  put(spec, "autoAssign", pool.auto_assign);
  if (pool.avoid_buggy_ips.value_or(false)) {
    spec["avoidBuggyIPs"] = true;
  }
  return spec;
}

json advertisement_spec(const BgpAdvertisement& advertisement, const std::string& pool)
{
  json spec{{"ipAddressPools", {pool}}};
  put(spec, "aggregationLength", advertisement.length);
  put(spec, "aggregationLengthV6", advertisement.length_v6);
  if (advertisement.local_pref != 0) {
    spec["localPref"] = advertisement.local_pref;
  }
  if (!advertisement.communities.empty()) {
    spec["communities"] = advertisement.communities;
  }
  return spec;
}

json profile_spec(const BfdProfile& profile)
{
  json spec{{"echoMode", profile.echo}, {"passiveMode", profile.passive}};
  put(spec, "receiveInterval", profile.receive);
  put(spec, "transmitInterval", profile.transmit);
  put(spec, "detectMultiplier", profile.multiplier);
  put(spec, "echoInterval", profile.echo_interval);
  put(spec, "minimumTtl", profile.min_ttl);
  return spec;
}

json communities_spec(const std::map<std::string, std::string>& communities)
{
  json spec;
  for (const auto& [name, value] : communities) {
    json alias = json::object();
    put(alias, "name", name);
    put(alias, "value", value);
    spec["communities"].push_back(std::move(alias));
  }
  return spec;
}

} // namespace

std::vector<json> objects_for(const Config& config, const std::string& name_space)
{
  std::vector<json> out;
  std::size_t number = 0;
  out.reserve(config.peers.size());
  for (const Peer& peer : config.peers) {
    out.push_back(object(
        "v1beta2", "BGPPeer", "peer" + std::to_string(++number), name_space, peer_spec(peer)));
  }
  for (const Pool& pool : config.pools) {
    out.push_back(object("v1beta1", "IPAddressPool", pool.name, name_space, pool_spec(pool)));
  }
  number = 0;
  for (const Pool& pool : config.pools) {
    std::vector<BgpAdvertisement> all = pool.advertisements;
    if (all.empty() && pool.protocol == "bgp") {
      all.emplace_back();
    }
    for (const BgpAdvertisement& advertisement : all) {
      out.push_back(object("v1beta1",
                           "BGPAdvertisement",
                           "bgpadvertisement" + std::to_string(++number),
                           name_space,
                           advertisement_spec(advertisement, pool.name)));
    }
  }
  number = 0;
  for (const Pool& pool : config.pools) {
    if (pool.protocol == "layer2") {
      out.push_back(object("v1beta1",
                           "L2Advertisement",
                           "l2advertisement" + std::to_string(++number),
                           name_space,
                           {{"ipAddressPools", {pool.name}}}));
    }
  }
  for (const BfdProfile& profile : config.bfd_profiles) {
    out.push_back(object("v1beta1", "BFDProfile", profile.name, name_space, profile_spec(profile)));
  }
  if (!config.communities.empty()) {
    out.push_back(object(
        "v1beta1", "Community", "communities", name_space, communities_spec(config.communities)));
  }
  return out;
}

} // namespace iplease::legacy
