// SPDX-License-Identifier: Apache-2.0
// doctor's extra reads, fed what kubectl printed on the lab (tests/data/cluster/lab/leases).
#include <iplease/cluster/diagnose.hpp>
#include <iplease/platform/process.hpp>

#include <catch2/catch.hpp>

#include "canned_cluster.hpp"

using namespace iplease;
using test::CannedCluster;

namespace {

constexpr const char* k_nobody = R"({"apiVersion":"v1","items":[],"kind":"List"})";

// Two Services with an address. A ready pod is behind filler-a, nothing is behind filler-b.
struct Leases {
  CannedCluster cluster{"enabled"};
  Observation seen = cluster.observe();

  Leases()
  {
    answers(test::data("data/cluster/lab/leases/servicel2statuses.json"),
            test::data("data/cluster/lab/leases/endpointslices.json"));
    cluster.answers["get events"].out = test::data("data/cluster/lab/leases/events.json");
    seen.crds.insert("ipaddresspools.metallb.io");
    seen.load_balancers = {
        {.name_space = "akash-services", .name = "filler-a", .addresses = {"203.0.113.100"}},
        {.name_space = "default", .name = "filler-b", .addresses = {"203.0.113.101"}}};
  }
  void answers(const std::string& announcers, const std::string& endpoints)
  {
    cluster.answers["get servicel2statuses"].out = announcers;
    cluster.answers["get endpointslices"].out = endpoints;
  }
  Diagnosis look()
  {
    Effects doors = cluster.effects();
    return diagnose(seen,
                    cluster.want,
                    {Extra::announcers, Extra::silent_endpoints, Extra::service_events},
                    doors);
  }
  void again(Diagnosis& more)
  {
    Effects doors = cluster.effects();
    look_again_who_announces(more, seen, cluster.want, doors);
  }
};

} // namespace

TEST_CASE("who announces and what stands behind the rest is read as the lab printed it",
          "[cluster][doctor]")
{
  Leases leases;
  const Diagnosis more = leases.look();
  CHECK(more.read(Extra::announcers).answer.found());
  CHECK(more.announcers ==
        std::map<std::string, std::vector<std::string>>{{"akash-services/filler-a", {"node1"}}});
  CHECK(more.silent_endpoints ==
        std::map<std::string, int>{{"akash-services/filler-a", 1}, {"default/filler-b", 0}});
  CHECK(leases.cluster.was_asked("kubernetes.io/service-name in (filler-b)"));
  REQUIRE_FALSE(more.service_events.empty());
  const EventFact& event = more.service_events.front();
  CHECK(event.name == "filler-a");
  CHECK(event.uid == "661de5cd-6d02-40d8-be5b-9b006595379a");
  CHECK(event.reason == "IPAllocated");
  CHECK(event.last == "2026-11-25T03:48:50Z");
}

TEST_CASE("an endpoint without the condition counts as ready", "[cluster][doctor]")
{
  Leases leases;
  leases.answers(
      k_nobody,
      R"({"kind":"List","items":[{"kind":"EndpointSlice","metadata":{"name":"s-1","namespace":"a",
    "labels":{"kubernetes.io/service-name":"s"}},"endpoints":[{"conditions":{}},
    {"conditions":{"ready":false}},{"conditions":{"ready":true}}]}]})");
  CHECK(leases.look().silent_endpoints == std::map<std::string, int>{{"a/s", 2}});
}

TEST_CASE("silent is who was silent twice with a ready pod both times", "[cluster][doctor]")
{
  Leases leases;
  const std::string told = test::data("data/cluster/lab/leases/servicel2statuses.json");
  const std::string behind = test::data("data/cluster/lab/leases/endpointslices.json");
  leases.answers(k_nobody, behind);
  Diagnosis more = leases.look();
  REQUIRE(more.announcers.empty());
  REQUIRE(more.silent_endpoints.at("akash-services/filler-a") == 1);

  SECTION("born between the two looks")
  {
    leases.answers(told, behind);
    leases.again(more);
    CHECK(more.announcers.contains("akash-services/filler-a"));
  }
  SECTION("deleted between the two looks")
  {
    leases.answers(k_nobody, k_nobody);
    leases.again(more);
    CHECK(more.silent_endpoints.at("akash-services/filler-a") == 0);
  }
  SECTION("silent both times")
  {
    leases.again(more);
    CHECK(more.announcers.empty());
    CHECK(more.silent_endpoints.at("akash-services/filler-a") == 1);
  }
  SECTION("a pod that became ready only now")
  {
    more.silent_endpoints["akash-services/filler-a"] = 0;
    leases.again(more);
    CHECK(more.silent_endpoints.at("akash-services/filler-a") == 0);
  }
  SECTION("the second look fails")
  {
    leases.cluster.answers["get servicel2statuses"] = {.exit_code = 1, .err = "connection refused"};
    leases.again(more);
    CHECK_FALSE(more.read(Extra::announcers).answer.found());
  }
}

TEST_CASE("The log of the newest running pod is read, by its end", "[cluster][doctor]")
{
  const auto pod =
      [](const std::string& name, const std::string& created, const std::string& more) {
        return R"({"kind":"Pod","metadata":{"name":")" + name + R"(","creationTimestamp":")" +
               created + R"(","labels":{"app":"operator-ip"})" + more;
      };
  const std::string runs = R"(},"status":{"containerStatuses":[{"state":{"running":{}}}]}})";
  const std::string waits = R"(},"status":{"containerStatuses":[{"state":{"waiting":{}}}]}})";
  const std::string going = R"(,"deletionTimestamp":"2026-11-29T17:00:00Z")" + runs;
  CannedCluster cluster("enabled");
  Observation seen = cluster.observe();
  seen.ip_operator.barrier = true;
  seen.ip_operator.deployment.value.selector = {{"app", "operator-ip"}};
  cluster.answers["get pods,events"].out =
      R"({"kind":"List","items":[)" + pod("old", "2026-11-29T10:00:00Z", runs) + "," +
      pod("new", "2026-11-29T12:00:00Z", runs) + "," + pod("going", "2026-11-29T13:00:00Z", going) +
      "," + pod("stuck", "2026-11-29T14:00:00Z", waits) + "]}";
  Effects doors = cluster.effects();
  (void)diagnose(seen, cluster.want, {Extra::operator_log}, doors);
  CHECK(cluster.was_asked("logs pod/new --timestamps --tail="));
  CHECK_FALSE(cluster.was_asked("--limit-bytes"));
  // Only the head of an answer is kept, so the longest lines must all fit: 16 KiB each (CRI), plus
  // a timestamp.
  const std::string tail = cluster.runner.asked.back().argv.back();
  REQUIRE(tail.starts_with("--tail="));
  CHECK(std::stoul(tail.substr(7)) * ((16U << 10U) + 64U) <= ProcessLimits{}.out);
  CHECK_FALSE(cluster.was_asked("logs deployment/"));

  cluster.answers["get pods,events"] = {.exit_code = 1, .err = "no"};
  (void)diagnose(seen, cluster.want, {Extra::operator_log}, doors);
  CHECK(cluster.was_asked("logs deployment/"));
}
