// SPDX-License-Identifier: Apache-2.0
#include <iplease/kubespray/standing.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using namespace iplease::kubespray;

namespace {

/// An inventory with this addons.yml, for Kubespray v2.21 if `flat`.
KubespraySeen inventory(const std::string& text, bool flat = false)
{
  KubespraySeen seen;
  seen.inventory = "/inv";
  seen.hosts = "/inv/hosts.yaml";
  seen.given_version = flat ? "v2.21.0" : "v2.31.0";
  seen.files = {
      {.path = "/inv/hosts.yaml", .exists = true, .text = Secret("all:\n  hosts: {}\n")},
      {.path = "/inv/group_vars/k8s_cluster/addons.yml", .exists = true, .text = Secret(text)}};
  return seen;
}

std::vector<std::string> refused(const std::string& text, bool flat = false)
{
  std::vector<std::string> ids;
  for (const Problem& one : refused_variables(inventory(text, flat), {"198.51.100.32/28"})) {
    ids.push_back(one.id);
  }
  return ids;
}

using Ids = std::vector<std::string>;

} // namespace

TEST_CASE("What an inventory says already is read as Ansible reads it", "[kubespray]")
{
  const Standing now = standing(inventory("kube_vip_enabled: yes\n"
                                          "kube_vip_services_enabled: True\n"
                                          "metallb_config:\n"
                                          "  address_pools:\n"
                                          "    primary:\n"
                                          "      ip_range: [198.51.100.32/28]\n"
                                          "      auto_assign: no\n"
                                          "    second:\n"
                                          "      ip_range: 192.0.2.0/28\n"
                                          "  layer3:\n"
                                          "    metallb_peers:\n"
                                          "      peer1: {address_pool: [default]}\n"));
  REQUIRE(now.pools.size() == 2);
  CHECK(now.pools[0].name == "primary");
  CHECK(now.pools[0].addresses == Ids{"198.51.100.32/28"});
  CHECK_FALSE(now.pools[0].auto_assign);
  CHECK(now.pools[0].variable == "metallb_config.address_pools.primary");
  CHECK(now.pools[1].addresses == Ids{"192.0.2.0/28"});
  CHECK(now.pools[1].auto_assign);
  CHECK(now.bgp_pools == Ids{"default"});
  CHECK(now.kube_vip_services);
  CHECK_FALSE(standing(inventory("kube_vip_services_enabled: true\n")).kube_vip_services);
  CHECK(standing(inventory("metallb_port: \"{{ my_port }}\"\n")).port.empty());
  // The last file of the inventory wins.
  KubespraySeen seen = inventory("metallb_port: \"7473\"\n");
  seen.files.push_back({.path = "/inv/group_vars/k8s_cluster/z.yml",
                        .exists = true,
                        .text = Secret("metallb_port: \"7472\"\n")});
  CHECK(standing(seen).port == "7472");
  seen = inventory("");
  seen.files.front().text = Secret("all:\n  vars:\n    metallb_loadbalancer_class: x\n");
  CHECK(standing(seen).lb_class == "x");
}

TEST_CASE("Variables that break IP leases are refused before anything is written", "[kubespray]")
{
  CHECK(refused("metallb_enabled: true\n").empty());
  CHECK(refused("metallb_loadbalancer_class: \"metallb\"\n") == Ids{"IPL-MLB-014"});
  CHECK(refused("metallb_loadbalancer_class: \"\"\n").empty());
  CHECK(refused("metallb_port: \"7473\"\n") == Ids{"IPL-KSP-091"});
  CHECK(refused("metallb_port: 7472\n").empty());
  CHECK(refused("metallb_version: v0.16.2\n") == Ids{"IPL-KSP-091"});
  CHECK(refused("metallb_version: 0.13.3\n") == Ids{"IPL-KSP-091"});
  CHECK(refused("metallb_version: v0.14.8\n").empty());
  CHECK(refused("metallb_version: v0.12.1\n", true).empty());
}

TEST_CASE("Before v2.22 a pool of the operator's own is not overwritten", "[kubespray]")
{
  const std::string own = "metallb_ip_range: [203.0.113.0/28]\n";
  CHECK(refused(own + "metallb_protocol: bgp\nmetallb_pool_name: loadbalanced\n", true) ==
        Ids{"IPL-KSP-090"});
  CHECK(refused(own, true) == Ids{"IPL-KSP-090"}); // the default name is `loadbalanced`
  // iplease's own pool, so it may be changed.
  CHECK(refused(own + "metallb_pool_name: default\n", true).empty());
  CHECK(refused(own + "metallb_pool_name: default\nmetallb_protocol: bgp\n", true) ==
        Ids{"IPL-KSP-090"});
  // Renamed, but no address is lost.
  CHECK(refused("metallb_ip_range: [198.51.100.32/28]\n", true).empty());
  // Kubespray v2.22 and later do not read it.
  CHECK(refused(own).empty());
  const Standing now =
      standing(inventory(own + "metallb_additional_address_pools:\n"
                               "  kube: {ip_range: [192.0.2.0/28], protocol: bgp}\n",
                         true));
  REQUIRE(now.pools.size() == 2);
  CHECK(now.pools[1].protocol == "bgp");
}
