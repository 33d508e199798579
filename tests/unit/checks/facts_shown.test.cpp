// SPDX-License-Identifier: Apache-2.0
// What the checks report from the facts.
#include <iplease/checks/check.hpp>

#include <catch2/catch.hpp>

#include "with_metallb.hpp"

using namespace iplease;
using test::with_metallb;

namespace {

Finding look(const Observation& seen,
             const std::string& id,
             const Settings& want = {},
             const Diagnosis& more = {})
{
  return run_doctor({seen, want, more}, {.only = {id}}).front();
}

} // namespace

TEST_CASE("a dead node is a warning that names what it announced", "[checks]")
{
  Observation seen = with_metallb();
  seen.nodes_look = Look::seen;
  seen.nodes = {{.name = "node1", .ready = true}, {.name = "node2"}};
  seen.load_balancers = {{.name_space = "a", .name = "web", .addresses = {"192.0.2.1"}}};
  Diagnosis more;
  more.announcers = {{"a/web", {"node2"}}};
  const Finding finding = look(seen, "IPL-CLU-006", {}, more);
  CHECK(finding.id == "IPL-CLU-090");
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.what == "1 of 2 nodes is not Ready: node2 (announced 192.0.2.1)");
  seen.nodes.front().ready = false;
  CHECK(look(seen, "IPL-CLU-006").outcome == Outcome::fail);
  seen.nodes_look = Look::forbidden;
  CHECK(look(seen, "IPL-CLU-006").outcome == Outcome::could_not_look);
}

TEST_CASE("kube-proxy that cannot be seen is a warning with the commands of a node", "[checks]")
{
  Observation seen = with_metallb();
  seen.kube_proxy.config.look = Look::absent;
  seen.kube_proxy.daemon_set.look = Look::absent;
  const Finding finding = look(seen, "IPL-STR-004");
  CHECK(finding.id == "IPL-STR-090");
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.fix.find("localhost:10249/proxyMode") != std::string::npos);
  Settings leave;
  leave.strict_arp.value = false;
  CHECK(look(seen, "IPL-STR-004", leave).outcome == Outcome::ok);
}

TEST_CASE("who else hands out addresses may not be readable", "[checks]")
{
  Observation seen = with_metallb();
  CHECK(look(seen, "IPL-LBC-001").outcome == Outcome::ok);
  seen.daemon_sets_look = Look::forbidden;
  CHECK(look(seen, "IPL-LBC-001").outcome == Outcome::could_not_look);
  seen.service_lb = {"kube-vip (DaemonSet kube-system/kube-vip-ds)"};
  CHECK(look(seen, "IPL-LBC-001").outcome == Outcome::fail);
}

TEST_CASE("pools of the inventory are judged before they are live", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.pools.look = Look::absent;
  seen.kubespray.inventory = "/inv";
  seen.kubespray.given_version = "v2.31.0";
  seen.kubespray.files = {
      {.path = "/inv/group_vars/k8s_cluster/addons.yml",
       .exists = true,
       .text = Secret("metallb_config:\n  address_pools:\n    primary:\n      ip_range:\n"
                      "        - 198.51.100.32/28\n      auto_assign: true\n"
                      "kube_vip_enabled: true\nkube_vip_services_enabled: true\n")}};
  Settings want;
  want.pool.addresses.value = {std::get<AddressRange>(parse_range("198.51.100.32/28"))};
  const Finding overlap = look(seen, "IPL-POOL-033", want);
  CHECK(overlap.outcome == Outcome::fail);
  CHECK(overlap.fix.find("rename primary to default in metallb_config.address_pools") !=
        std::string::npos);
  CHECK(look(seen, "IPL-POOL-034", want).outcome == Outcome::warn);
  CHECK(look(seen, "IPL-LBC-001", want).what.find("kube_vip_services_enabled") !=
        std::string::npos);
  want.pool.addresses.value = {std::get<AddressRange>(parse_range("203.0.113.0/28"))};
  CHECK(look(seen, "IPL-POOL-033", want).outcome == Outcome::ok);
  seen.metallb.pools.look = Look::forbidden;
  seen.kubespray = {};
  CHECK(look(seen, "IPL-POOL-033", want).outcome == Outcome::could_not_look);
}

TEST_CASE("a refused MetalLB is told the way that installed it", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.version = "0.13.3";
  seen.nodes = {{.name = "n", .labels = {{"microk8s.io/cluster", "true"}}}};
  CHECK(look(seen, "IPL-MLB-001").fix.find("microk8s disable metallb") != std::string::npos);
}

TEST_CASE("a pool is announced by label and by BGP as well", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.speakers = {{.kind = "DaemonSet", .wanted = 1, .ready = 1}};
  seen.metallb.pools = {.look = Look::seen,
                        .value = {{.name = "default",
                                   .name_space = "metallb-system",
                                   .addresses = {"203.0.113.100/31"},
                                   .marks = {.labels = {{"zone", "public"}}}}}};
  seen.metallb.advertisements.value = {{.name = "public",
                                        .name_space = "metallb-system",
                                        .pool_selectors = {{.match = {{"zone", "public"}}}}}};
  CHECK(look(seen, "IPL-POOL-043").outcome == Outcome::ok);
  CHECK(look(seen, "IPL-POOL-043").what == "pool default is announced by L2Advertisement public");
  seen.metallb.bgp_advertisements = {.look = Look::seen,
                                     .value = {{.name = "b", .name_space = "metallb-system"}}};
  seen.metallb.advertisements.value.clear();
  CHECK(look(seen, "IPL-POOL-043").what == "pool default is announced by BGPAdvertisement b");
  CHECK(look(seen, "IPL-POOL-048").outcome == Outcome::not_applicable);
  seen.metallb.bgp_advertisements.value.clear();
  CHECK(look(seen, "IPL-POOL-043").outcome == Outcome::fail);
  seen.metallb.bgp_advertisements.look = Look::failed;
  CHECK(look(seen, "IPL-POOL-043").outcome == Outcome::could_not_look);
}

TEST_CASE("a kube-proxy that was not restarted since strictARP was written", "[checks]")
{
  Observation seen = with_metallb();
  seen.kube_proxy.config = {.look = Look::seen, .value = "mode: ipvs\nipvs:\n  strictARP: true\n"};
  seen.kube_proxy.config_written = "2026-11-29T10:00:00Z";
  seen.kube_proxy.daemon_set = {.look = Look::seen, .value = {.wanted = 1, .ready = 1}};
  CHECK(look(seen, "IPL-STR-004").id == "IPL-STR-090"); // the pods were not read
  CHECK(look(seen, "IPL-STR-004").outcome == Outcome::warn);
  seen.system_pods_look = Look::seen;
  seen.system_pods = {{.name = "kube-proxy-a", .created = "2026-11-29T09:00:00Z"}};
  const Finding owed = look(seen, "IPL-STR-004");
  CHECK(owed.id == "IPL-STR-005");
  CHECK(owed.outcome == Outcome::fail);
  CHECK(owed.saw.find("f:config.conf written 2026-11-29T10:00:00Z") != std::string::npos);
  seen.system_pods.front().created = "2026-11-29T11:00:00Z";
  CHECK(look(seen, "IPL-STR-004").outcome == Outcome::ok);
}
