// SPDX-License-Identifier: Apache-2.0
// What the inventory already defines. The MetalLB role of Kubespray v2.18 to v2.21 reads
// metallb_ip_range and related variables (one pool, and more in metallb_additional_address_pools);
// later ones read metallb_config.
#include <iplease/core/blocking.hpp>
#include <iplease/core/version.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/kubespray/standing.hpp>

#include "variables.hpp"
#include <algorithm>
#include <array>

namespace iplease::kubespray {

namespace {

using Path = std::vector<std::string>;

constexpr std::size_t k_none = LocatedNode::k_none;

/// The content of the files that apply to every host, lowest precedence first.
class Reading {
public:
  explicit Reading(const KubespraySeen& seen)
  {
    for (const ValuesFileSeen& file : seen.files) {
      auto located = file.exists ? locate_yaml(file.text.reveal(), file.path)
                                 : std::variant<LocatedYaml, std::vector<Problem>>{};
      auto* yaml = std::get_if<LocatedYaml>(&located);
      if (yaml == nullptr || yaml->nodes.empty()) {
        continue;
      }
      if (file.path != seen.hosts) {
        m_homes.push_back({*yaml, {}});
        continue;
      }
      for (const Path& prefix : inventory_prefixes()) {
        m_homes.push_back({*yaml, prefix});
      }
    }
  }

  /// A node and the document that contains it; null if it is not defined.
  struct Node {
    const LocatedYaml* yaml = nullptr;
    std::size_t at = k_none;
    [[nodiscard]] const LocatedNode& node() const { return yaml->nodes[yaml->target(at)]; }
    [[nodiscard]] bool is(LocatedNode::Kind kind) const
    {
      return yaml != nullptr && node().kind == kind;
    }
    [[nodiscard]] Node child(const std::string& key) const
    {
      const std::size_t found =
          is(LocatedNode::Kind::mapping) ? yaml->find_effective(yaml->target(at), key) : k_none;
      return found == k_none ? Node{} : Node{yaml, found};
    }
    /// The scalar's text; empty for anything else and for a Jinja expression.
    [[nodiscard]] std::string text() const
    {
      const bool known =
          is(LocatedNode::Kind::scalar) && node().text.find("{{") == std::string::npos;
      return known ? node().text : std::string{};
    }
    [[nodiscard]] std::vector<std::string> texts() const
    {
      std::vector<std::string> all;
      if (is(LocatedNode::Kind::sequence)) {
        for (const std::size_t item : node().children) {
          all.push_back(Node{yaml, item}.text());
        }
      } else if (!text().empty()) {
        all.push_back(text());
      }
      return all;
    }
    [[nodiscard]] bool truth(bool otherwise) const
    {
      constexpr std::array<std::string_view, 3> words{"true", "yes", "on"};
      std::string word = text();
      std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      return word.empty() ? otherwise : std::ranges::find(words, word) != words.end();
    }
  };

  /// The definition with the highest precedence.
  [[nodiscard]] Node find(const std::string& variable) const
  {
    for (std::size_t i = m_homes.size(); i > 0; --i) {
      Node node{&m_homes[i - 1].yaml, 0};
      for (const std::string& key : m_homes[i - 1].prefix) {
        node = node.child(key);
      }
      if (Node found = node.child(variable); found.yaml != nullptr) {
        return found;
      }
    }
    return {};
  }

private:
  struct Home {
    LocatedYaml yaml;
    Path prefix;
  };
  std::vector<Home> m_homes{};
};

using Node = Reading::Node;

/// Adds the pools of a mapping name -> {ip_range, auto_assign, protocol}.
void add_pools(Standing& out, const Node& mapping, const std::string& variable)
{
  if (!mapping.is(LocatedNode::Kind::mapping)) {
    return;
  }
  const std::vector<std::size_t>& children = mapping.node().children;
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    const std::string name = Node{mapping.yaml, children[i]}.text();
    const Node pool{mapping.yaml, children[i + 1]};
    const std::string protocol = pool.child("protocol").text();
    out.pools.push_back({.name = name,
                         .addresses = pool.child("ip_range").texts(),
                         .auto_assign = pool.child("auto_assign").truth(true),
                         .protocol = protocol.empty() ? "layer2" : protocol,
                         .variable = variable + "." + name});
  }
}

void add_config(Standing& out, const Node& config)
{
  add_pools(out, config.child("address_pools"), "metallb_config.address_pools");
  const Node peers = config.child("layer3").child("metallb_peers");
  if (!peers.is(LocatedNode::Kind::mapping)) {
    return;
  }
  const std::vector<std::size_t>& children = peers.node().children;
  for (std::size_t i = 1; i < children.size(); i += 2) {
    for (std::string& name : Node{peers.yaml, children[i]}.child("address_pool").texts()) {
      out.bgp_pools.push_back(std::move(name));
    }
  }
}

void add_flat(Standing& out, const Reading& reading)
{
  const std::vector<std::string> range = reading.find("metallb_ip_range").texts();
  if (!range.empty()) {
    const std::string name = reading.find("metallb_pool_name").text();
    const std::string protocol = reading.find("metallb_protocol").text();
    out.pools.push_back({.name = name.empty() ? "loadbalanced" : name,
                         .addresses = range,
                         .auto_assign = reading.find("metallb_auto_assign").truth(true),
                         .protocol = protocol.empty() ? "layer2" : protocol,
                         .variable = "metallb_ip_range"});
  }
  add_pools(
      out, reading.find("metallb_additional_address_pools"), "metallb_additional_address_pools");
}

/// Before v2.22 pool `default` would replace the one pool that the variables define.
std::optional<Problem> overwritten(const Standing& now, const std::vector<std::string>& addresses)
{
  for (const StandingPool& pool : now.pools) {
    const bool ours = pool.name == "default" && pool.protocol == "layer2";
    const bool same = pool.addresses == addresses && pool.protocol == "layer2";
    if (pool.variable == "metallb_ip_range" && !ours && !same) {
      return blocking(
          "IPL-KSP-090",
          "pool " + pool.name + " (" + pool.protocol +
              ") of the inventory stands where pool default goes, and would be overwritten",
          "metallb_ip_range, metallb_pool_name, metallb_protocol",
          "move it to metallb_additional_address_pools with its name, ip_range, protocol and "
          "auto_assign: false, and remove metallb_ip_range, metallb_pool_name and "
          "metallb_protocol");
    }
  }
  return std::nullopt;
}

} // namespace

Standing standing(const KubespraySeen& seen)
{
  const Reading reading(seen);
  Standing out;
  const Node config = reading.find("metallb_config");
  if (keeps_configmap(seen) || config.yaml == nullptr) {
    add_flat(out, reading);
  } else {
    add_config(out, config);
  }
  out.lb_class = reading.find("metallb_loadbalancer_class").text();
  out.port = reading.find("metallb_port").text();
  out.version = reading.find("metallb_version").text();
  if (out.version.starts_with('v')) {
    out.version.erase(0, 1);
  }
  out.kube_vip_services = reading.find("kube_vip_enabled").truth(false) &&
                          reading.find("kube_vip_services_enabled").truth(false);
  return out;
}

std::vector<Problem> refused_variables(const KubespraySeen& seen,
                                       const std::vector<std::string>& addresses)
{
  const Standing now = standing(seen);
  std::vector<Problem> problems;
  if (!now.lb_class.empty()) {
    problems.push_back(blocking("IPL-MLB-014",
                                "the play would start MetalLB for Services of a loadBalancerClass",
                                "metallb_loadbalancer_class: " + now.lb_class,
                                "remove metallb_loadbalancer_class from the inventory"));
  }
  if (!now.port.empty() && now.port != "7472") {
    problems.push_back(blocking("IPL-KSP-091",
                                "the play would move MetalLB's metrics to port " + now.port +
                                    ", and Akash reads 7472",
                                "metallb_port: " + now.port,
                                "set metallb_port: \"7472\", or remove it"));
  }
  const bool old = !keeps_configmap(seen) && version_older(now.version, "0.13.5");
  if (!now.version.empty() && (old || !version_older(now.version, "0.16.0"))) {
    problems.push_back(
        blocking("IPL-KSP-091",
                 "the play would install MetalLB " + now.version +
                     ", which does not work with Akash; 0.13.5 to 0.15.3 do",
                 "metallb_version: " + now.version,
                 "remove metallb_version: the release's own version fits its manifests"));
  }
  if (auto own = keeps_configmap(seen) ? overwritten(now, addresses) : std::nullopt) {
    problems.push_back(*std::move(own));
  }
  return problems;
}

} // namespace iplease::kubespray
