// SPDX-License-Identifier: Apache-2.0
// Every question has an answer for every kind of cluster, and four ways to have none.
#include <iplease/core/settings.hpp>
#include <iplease/facts/announcement.hpp>
#include <iplease/facts/load_balancers.hpp>
#include <iplease/facts/managers.hpp>
#include <iplease/facts/metallb.hpp>
#include <iplease/facts/nodes.hpp>
#include <iplease/facts/pools.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/facts/service_proxy.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;

TEST_CASE("Every question has an expected answer for every kind of cluster", "[facts][kinds]")
{
  struct Expected {
    const char* proxy;
    bool known;
    const char* manager; // who manages ConfigMap kube-proxy
  };
  const std::map<std::string, Expected> table{
      {"kubeadm", {"mode iptables, strictARP does not matter", true, ""}},
      {"Kubespray", {"mode ipvs, strictARP is off", true, ""}},
      {"k3s", {"mode iptables, strictARP does not matter", true, ""}},
      {"RKE2", {"mode iptables, strictARP does not matter", true, ""}},
      {"MicroK8s", {"how kube-proxy runs could not be seen: ", false, ""}},
      {"k0s", {"mode iptables, strictARP does not matter", true, "stack kubeproxy of k0s"}},
      {"outside", {"how kube-proxy runs could not be seen: ", false, ""}}};
  for (const std::string& kind : test::cluster_kinds()) {
    INFO(kind);
    REQUIRE(table.contains(kind));
    const Expected& expected = table.at(kind);
    const Observation seen = test::cluster_of(kind);
    const auto proxy = facts::service_proxy(seen);
    CHECK(proxy.known() == expected.known);
    CHECK(facts::to_words(proxy).starts_with(expected.proxy));
    CHECK((proxy.known() || !proxy.look_by_hand.empty()));
    CHECK(facts::nodes(seen).value == facts::Nodes{.ready = {"node1"}});
    CHECK(facts::other_balancers(seen).known());
    CHECK(facts::other_balancers(seen).value.empty());
    CHECK(facts::other_pools(seen).value.empty());
    CHECK(facts::metallb(seen).value.made_by == facts::MetallbMadeBy::nobody);
    const auto announced = facts::announcement(seen);
    CHECK(announced.known());
    CHECK(facts::to_words(announced.value) == "by nobody");
    // The first question reports an unknown mode. Here it means no restart is owed.
    CHECK_FALSE(facts::proxy_runs(seen).value.owes_restart);
    const auto managed = facts::managed_objects(seen);
    CHECK(managed.known());
    CHECK((managed.value.empty() ? "" : managed.value.front().by.engine) == expected.manager);
    CHECK(facts::provider_names(seen, Settings{}).pod == "akash-provider-0");
    CHECK_FALSE(facts::provider_scaled_to_zero(seen));
    CHECK_FALSE(known_values(seen, Settings{}).known);
  }
}

TEST_CASE("What was not read is not known, in four ways, and none of them is ok", "[facts][kinds]")
{
  const Look look = GENERATE(Look::forbidden, Look::unreachable, Look::failed, Look::not_looked);
  Observation seen;
  seen.nodes_look = look;
  seen.kube_proxy.config.look = look;
  seen.kube_proxy.daemon_set.look = look;
  seen.daemon_sets_look = look;
  seen.metallb.pools.look = look;
  seen.metallb.advertisements.look = look;
  seen.metallb.bgp_advertisements.look = look;
  seen.chart_keepers_look = look;
  seen.provider.release_values.look = look;
  seen.provider.stateful_set.look = look;
  CHECK_FALSE(known_values(seen, Settings{}).known);
  CHECK_FALSE(facts::provider_scaled_to_zero(seen)); // unknown does not mean scaled to zero
  CHECK_FALSE(facts::nodes(seen).known());
  CHECK_FALSE(facts::service_proxy(seen).known());
  CHECK(facts::service_proxy(seen).look == look);
  if (look != Look::not_looked) { // a plan without a cluster reads nothing
    CHECK_FALSE(facts::other_balancers(seen).known());
    CHECK_FALSE(facts::other_pools(seen).known());
    CHECK(facts::other_pools(seen).look == look);
    CHECK_FALSE(facts::announcement(seen).known());
    CHECK(facts::announcement(seen).look == look);
    CHECK_FALSE(facts::managed_objects(seen).known());
    CHECK(facts::managed_objects(seen).look == look);
  }
}

TEST_CASE("Dead nodes are named with what they announced", "[facts][nodes]")
{
  Observation seen = test::cluster_of("kubeadm");
  seen.nodes.push_back({.name = "node2"});
  seen.load_balancers = {{.name_space = "a", .name = "web", .addresses = {"192.0.2.1"}},
                         {.name_space = "a", .name = "db", .addresses = {"192.0.2.2"}},
                         {.name_space = "a", .name = "x", .addresses = {"192.0.2.3"}}};
  CHECK(facts::nodes(seen).value.dead == std::vector<std::string>{"node2"});
  Diagnosis more;
  more.announcers = {{"a/web", {"node2"}}, {"a/x", {"node1"}}};
  more.service_events = {{.kind = "Service",
                          .name_space = "a",
                          .name = "db",
                          .reason = "nodeAssigned",
                          .message = "announcing from node \"node2\" with protocol \"layer2\""}};
  CHECK(facts::announced_by("node2", seen, more) ==
        std::vector<std::string>{"192.0.2.1", "192.0.2.2"});
}
