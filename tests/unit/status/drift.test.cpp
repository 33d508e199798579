// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

using namespace iplease;
using namespace iplease::test;

namespace {

std::vector<std::string> drifted(const Observation& seen)
{
  std::vector<std::string> what;
  for (const Drift& one : find_drift(seen, applied())) {
    what.push_back(one.what);
  }
  return what;
}

} // namespace

TEST_CASE("Nothing has drifted right after enable", "[status][drift]")
{
  CHECK(drifted(running()) == std::vector<std::string>{});
}

TEST_CASE("What was changed by hand is drift", "[status][drift]")
{
  Observation seen = running();
  std::vector<std::string> what;
  SECTION("the pool")
  {
    seen.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.110"};
    what = {"pool default"};
  }
  SECTION("the same addresses in other words are none")
  {
    seen.metallb.pools.value.front().addresses = {
        "203.0.113.100/30", "203.0.113.104/29", "203.0.113.112/29", "203.0.113.120/32"};
    what = {};
  }
  SECTION("pool and advertisement gone")
  {
    seen.metallb.pools.value.clear();
    seen.metallb.advertisements.value.clear();
    what = {"pool default", "advertisement of pool default"};
  }
  SECTION("Service controller")
  {
    seen.metallb.expose.value.ports.front().name = "metrics";
    what = {"Service controller"};
  }
  SECTION("values that another tool has written again")
  {
    seen.provider.release_values.value = Secret(std::string("domain: example.com\n"));
    what = {"ipoperator in the release's values",
            "attribute ip-lease in the release's values",
            "attribute capabilities/ip-lease in the release's values",
            "attribute feat-endpoint-ip in the release's values"};
  }
  SECTION("the operator's address")
  {
    seen.ip_operator.provider_address.value = "akash1other";
    what = {"provider_address of the IP operator"};
  }
  SECTION("avoidBuggyIPs")
  {
    seen.metallb.pools.value.front().avoid_buggy_ips = true;
    what = {"avoidBuggyIPs of pool default"};
  }
  SECTION("interfaces of the advertisement")
  {
    seen.metallb.advertisements.value.front().interfaces = {"eth1"};
    what = {"interfaces of the L2Advertisement"};
  }
  SECTION("charts")
  {
    for (ReleaseSeen& release : seen.releases) {
      release.chart_version = "99.0.0";
    }
    what = {"chart of release akash-provider",
            "chart of release metallb",
            "chart of release akash-ip-operator"};
  }
  SECTION("labels of the namespace")
  {
    seen.namespaces["metallb-system"].clear();
    what = {"pod-security labels of metallb-system"};
  }
  SECTION("a switch that is not in the pod, but not a pod that is not there")
  {
    seen.provider.env_ip_operator = {.look = Look::absent};
    what = {"AKASH_IP_OPERATOR in the provider's pod"};
    CHECK(drifted(seen) == what);
    seen.provider.pod_revision = {.look = Look::absent};
    what = {};
  }
  SECTION("what may not be read is none")
  {
    seen.metallb.pools = {.look = Look::forbidden};
    seen.metallb.advertisements = {.look = Look::forbidden};
    seen.metallb.expose = {.look = Look::forbidden};
    seen.provider.release_values = {.look = Look::forbidden};
    seen.provider.env_ip_operator = {.look = Look::forbidden};
    seen.ip_operator.deployment = {.look = Look::forbidden};
    what = {};
  }
  CHECK(drifted(seen) == what);
}

TEST_CASE("What was given rules over what was found and an old run promises neither",
          "[status][drift]")
{
  const auto run = [](const std::string& found, const std::string& row) {
    const auto read =
        read_applied("{" + found + "\"stages\":[{\"stage\":\"pool\"}],\"settings\":[" + row + "]}");
    REQUIRE(read);
    return *read;
  };
  const std::string found =
      R"("found":{"avoidBuggyIPs":true,"interfaces":["eth0"],"releases":[]},)";
  CHECK(run(found, "").avoid_buggy_ips == true);
  CHECK(run(found, "").interfaces == std::vector<std::string>{"eth0"});
  CHECK(run(found, R"({"key":"pool.avoidBuggyIPs","value":"false"})").avoid_buggy_ips == false);
  CHECK(run(found, R"({"key":"pool.interfaces","value":""})").interfaces->empty());
  CHECK(run(found, R"({"key":"pool.avoidBuggyIPs","value":false})").avoid_buggy_ips == false);
  using Words = std::vector<std::string>;
  const auto pool = [&](const std::string& value) {
    return run("", R"({"key":"pool.addresses","value":)" + value + "}").pool;
  };
  CHECK(pool(R"(["198.51.100.0/28"])") == Words{"198.51.100.0/28"});
  // As the first versions wrote it.
  CHECK(pool(R"("198.51.100.0/28, 198.51.100.64/28, 32 addresses")") ==
        Words{"198.51.100.0/28", "198.51.100.64/28"});
  CHECK_FALSE(run("", "").avoid_buggy_ips);
  CHECK_FALSE(run("", "").interfaces);
  CHECK(run(R"("found":7,)", "").charts.empty());
}

TEST_CASE("Only a whole enable promises something", "[status][drift]")
{
  CHECK(applied().pool == std::vector<std::string>{"203.0.113.100-203.0.113.120"});
  CHECK(applied().attributes.size() == 3);
  CHECK(applied().metallb_version.empty()); // pinned by default, not requested
  CHECK_FALSE(read_applied(R"({"settings":[],"stages":[{"stage":"verify"}]})"));
  CHECK_FALSE(read_applied("not json"));
  CHECK_FALSE(read_applied(""));
}
