// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/announcement.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;
using facts::announcement;

namespace {

/// Pool `default`, labelled zone=public, on two nodes; `one` is its L2Advertisement.
Observation with(AdvertisementSeen one)
{
  Observation seen = test::cluster_of("kubeadm");
  seen.nodes = {{.name = "node1", .labels = {{"kubernetes.io/hostname", "node1"}}},
                {.name = "node2", .labels = {{"kubernetes.io/hostname", "node2"}}}};
  seen.metallb.pools = {.look = Look::seen,
                        .value = {{.name = "default",
                                   .name_space = "metallb-system",
                                   .marks = {.labels = {{"zone", "public"}}}}}};
  one.name = one.name.empty() ? "public" : one.name;
  one.name_space = one.name_space.empty() ? "metallb-system" : one.name_space;
  seen.metallb.advertisements = {.look = Look::seen, .value = {std::move(one)}};
  seen.metallb.bgp_advertisements = {.look = Look::seen};
  return seen;
}

bool covers(AdvertisementSeen one)
{
  const auto answer = announcement(with(std::move(one)));
  CHECK(answer.known());
  CHECK_FALSE(answer.evidence.empty());
  return answer.value.covered();
}

} // namespace

TEST_CASE("Pools named and pools selected add up, and none of both is all", "[facts][announce]")
{
  const LabelSelector zone{.match = {{"zone", "public"}}};
  const LabelSelector other{.match = {{"zone", "inner"}}};
  const LabelSelector in{.expressions = {{"zone", "In", {"a", "public"}}}};
  const LabelSelector without{.expressions = {{"zone", "DoesNotExist", {}}}};
  CHECK(covers({}));
  CHECK(covers({.pools = {"default"}}));
  CHECK_FALSE(covers({.pools = {"premium"}}));
  CHECK(covers({.pool_selectors = {zone}}));
  CHECK_FALSE(covers({.pool_selectors = {other}}));
  CHECK(covers({.pool_selectors = {other, zone}})); // one match is enough
  CHECK(covers({.pools = {"premium"}, .pool_selectors = {in}}));
  CHECK_FALSE(covers({.pool_selectors = {without}}));
  CHECK(covers({.pool_selectors = {LabelSelector{}}})); // an empty selector matches everything
  CHECK_FALSE(covers({.name_space = "elsewhere", .pools = {"default"}}));
}

TEST_CASE("Who announces is told with interfaces and nodes", "[facts][announce]")
{
  Observation seen = with({.pool_selectors = {{.match = {{"zone", "public"}}}},
                           .node_selectors = {{.match = {{"kubernetes.io/hostname", "node1"}}}},
                           .interfaces = {"eno2"}});
  CHECK(to_words(announcement(seen).value) == "by L2Advertisement public on eno2 from node1");
  CHECK(announcement(seen).value.select_no_node.empty());
  CHECK(to_text(announcement(seen).evidence).find("ipAddressPoolSelectors zone=public") !=
        std::string::npos);
  seen.nodes.erase(seen.nodes.begin());
  CHECK(announcement(seen).value.select_no_node ==
        std::vector<std::string>{"kubernetes.io/hostname=node1"});
  seen.nodes.clear(); // nodes that may not be listed do not count as no nodes
  CHECK(announcement(seen).value.select_no_node.empty());
}

TEST_CASE("BGP announces too", "[facts][announce]")
{
  Observation seen = with({});
  seen.metallb.bgp_advertisements.value = seen.metallb.advertisements.value;
  seen.metallb.advertisements.value.clear();
  const auto who = announcement(seen);
  CHECK(who.value.covered());
  CHECK(who.value.by_bgp());
  CHECK_FALSE(who.value.by_layer2());
  CHECK(to_words(who.value) == "by BGPAdvertisement public");
}

TEST_CASE("One kind unread matters only where the other does not cover", "[facts][announce]")
{
  const Look look = GENERATE(Look::forbidden, Look::unreachable, Look::failed);
  Observation seen = with({.pools = {"default"}});
  seen.metallb.bgp_advertisements = {.look = look, .why = "so"};
  CHECK(announcement(seen).known());
  seen.metallb.advertisements.value.front().pools = {"premium"};
  CHECK_FALSE(announcement(seen).known());
  CHECK(announcement(seen).look == look);
  CHECK_FALSE(announcement(seen).look_by_hand.empty());
  seen.metallb.bgp_advertisements.look = Look::absent;
  CHECK(announcement(seen).known());
  CHECK(to_words(announcement(seen).value) == "by nobody");
}

TEST_CASE("MetalLB before 0.13 announces as its ConfigMap says", "[facts][announce]")
{
  Observation seen = with({.pools = {"premium"}});
  seen.metallb.legacy = LegacyConfigSeen{.name = "config", .in_force = true};
  CHECK(announcement(seen).value.by_configmap);
  CHECK(announcement(seen).value.covered());
}
