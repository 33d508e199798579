// SPDX-License-Identifier: Apache-2.0
#include <iplease/stages/verify.hpp>

#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>

using namespace iplease;
using namespace iplease::test;

namespace {

ServiceSeen holder(const std::string& name, const std::string& address)
{
  return {.name_space = "shop", .name = name, .type = "LoadBalancer", .addresses = {address}};
}

std::vector<std::string> ids(const Observation& seen, const SmokeWish& wish = {})
{
  std::vector<std::string> found;
  for (const Problem& problem : smoke_problems(seen, wish)) {
    found.push_back(problem.id);
  }
  return found;
}

const Step& step(const StagePlan& plan, const std::string& id)
{
  for (const Step& one : plan.steps) {
    if (one.id == id) {
      return one;
    }
  }
  throw std::runtime_error("no step " + id);
}

const WaitUntil& wait_of(const StagePlan& plan, const std::string& id)
{
  return std::get<WaitUntil>(step(plan, id).action);
}

Problem explained(const char* id, const Observation& seen, const std::string& events)
{
  return explain_smoke({.id = id, .what = "generic"}, seen, parse_smoke_events(events));
}

} // namespace

TEST_CASE("The smoke lease is two Services with one sharing key, as Akash makes them",
          "[stages][verify]")
{
  const StagePlan plan = plan_smoke(enabled(), wanted(), {});
  CHECK(step_ids(plan) == std::vector<std::string>{"verify/operator-health",
                                                   "verify/operator",
                                                   "verify/forget-events",
                                                   "verify/create",
                                                   "verify/address",
                                                   "verify/allocated",
                                                   "verify/shared",
                                                   "verify/announced",
                                                   "verify/interfaces",
                                                   "verify/answers",
                                                   "verify/operator-after",
                                                   "verify/remove"});
  const std::string manifest = std::get<Run>(step(plan, "verify/create").action).command.input;
  const std::string key = "metallb.universe.tf/allow-shared-ip";
  CHECK(manifest.find(key) != manifest.rfind(key));
  CHECK(manifest.find("port: 8443") != std::string::npos);
  CHECK(manifest.find("port: 8444") != std::string::npos);
  CHECK(manifest.find("loadBalancerIPs") == std::string::npos);
  CHECK(step(plan, "verify/create").owes.front().id == "remove-verify-service");
  CHECK(step(plan, "verify/remove").cleanup);
  // The same address twice and nothing else.
  CHECK(wait_of(plan, "verify/shared").pattern == "^([0-9.]+) \\1$");
}

TEST_CASE("What stage ip-operator has just counted is not counted again before the smoke lease",
          "[stages][verify]")
{
  const auto steps_of = [](const Observation& seen) {
    return step_ids(stage(make_plan(registry(), seen, wanted()), "verify"));
  };
  const auto has = [](const std::vector<std::string>& all, const char* id) {
    return std::ranges::find(all, id) != all.end();
  };
  const std::vector<std::string> first = steps_of(fresh());
  CHECK_FALSE(has(first, "verify/operator"));
  CHECK(has(first, "verify/operator-health"));
  CHECK(has(first, "verify/operator-after"));
  Observation owed = enabled();
  owed.memory.verify_owed = true;
  CHECK(has(steps_of(owed), "verify/operator"));
}

TEST_CASE("A wanted address is asked for, and nothing else will do", "[stages][verify]")
{
  const StagePlan plan = plan_smoke(enabled(), wanted(), {.address = "203.0.113.105"});
  const std::string manifest = std::get<Run>(step(plan, "verify/create").action).command.input;
  const std::size_t asked = manifest.find("metallb.universe.tf/loadBalancerIPs");
  REQUIRE(asked != std::string::npos);
  CHECK(manifest.find("203.0.113.105", asked) < asked + 45);
  const std::vector<AddressRange>& inside = wait_of(plan, "verify/address").inside;
  REQUIRE(inside.size() == 1);
  CHECK(to_text(inside.front().first) == "203.0.113.105");
  CHECK(inside.front().first == inside.front().last);
}

TEST_CASE("Kept Services are neither removed nor owed and the next run removes them",
          "[stages][verify]")
{
  const StagePlan plan = plan_smoke(enabled(), wanted(), {.keep = true});
  CHECK(plan.steps.back().id == "verify/operator-after");
  CHECK(step(plan, "verify/create").owes.empty());
  Observation seen = enabled();
  seen.verify_service = {.look = Look::seen,
                         .value = {.name_space = "metallb-system", .name = "iplease-verify"}};
  const StagePlan next = plan_smoke(seen, wanted(), {});
  CHECK(next.steps.front().id == "verify/leftover");
  const auto& argv = std::get<Run>(next.steps.front().action).command.argv;
  CHECK(std::ranges::find(argv, "metallb-system") != argv.end());
  CHECK(std::ranges::find(argv, "iplease-verify-shared") != argv.end());
}

TEST_CASE("Without a provider MetalLB's own controller is the backend", "[stages][verify]")
{
  Observation seen = enabled();
  seen.provider.stateful_set = {.look = Look::absent};
  const SmokeBackend backend = smoke_backend(seen);
  CHECK(backend.name_space == "metallb-system");
  CHECK(backend.port == 7472);
  CHECK_FALSE(backend.tls);
  // Forbidden does not mean absent.
  seen.provider.stateful_set = {.look = Look::forbidden};
  CHECK(smoke_backend(seen).port == 8443);
}

TEST_CASE("What cannot work is told before anything is written", "[stages][verify]")
{
  Observation seen = enabled();
  CHECK(ids(seen) == std::vector<std::string>{});
  SECTION("no pool")
  {
    seen.metallb.pools.value.clear();
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-005"});
    seen.metallb.pools = {.look = Look::forbidden, .why = "no"};
    CHECK(ids(seen) == std::vector<std::string>{"IPL-CLU-002"});
  }
  SECTION("no controller")
  {
    seen.metallb.controllers.front().ready = 0;
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-010"});
    seen.metallb.controllers.clear();
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-010"});
  }
  SECTION("a pool that serves some Services only")
  {
    seen.metallb.pools.value.front().service_allocation = true;
    CHECK(ids(seen) == std::vector<std::string>{"IPL-POOL-042"});
  }
  SECTION("nothing announces the pool: told at once, not after the wait")
  {
    seen.metallb.bgp_advertisements = seen.metallb.advertisements;
    seen.metallb.advertisements.value.clear();
    CHECK(ids(seen) == std::vector<std::string>{}); // BGP announces it too
    seen.metallb.bgp_advertisements.value.clear();
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-003"});
    CHECK(smoke_problems(seen, {}).front().exit == ExitCode::blocked);
    seen = enabled();
    seen.metallb.speakers.front().ready = 0;
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-003"});
  }
  SECTION("nodes that are excluded from load balancers: speakers heed that from 0.14.2 on")
  {
    seen.nodes.front().exclude_from_lb = true;
    seen.metallb.speakers.front().args = {"--port=7472"};
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-003"});
    seen.metallb.version = "0.13.9";
    CHECK(ids(seen) == std::vector<std::string>{});
  }
  SECTION("an IP operator that would make no lease")
  {
    seen.ip_operator.barrier = true;
    seen.ip_operator.available.reset();
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-085"});
    CHECK(smoke_problems(seen, {}).front().what.find("barrier is locked") != std::string::npos);
    seen.ip_operator.barrier = false;
    seen.ip_operator.service = "operator-ip:rest";
    seen.ip_operator.usage_text = {.look = Look::forbidden, .why = "may not be asked"};
    CHECK(smoke_problems(seen, {}).front().what.find("may not be asked") != std::string::npos);
    seen.ip_operator.available = 0;
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-085"});
    seen.ip_operator.deployment = {.look = Look::absent};
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-085"});
    // Without a provider only MetalLB's part is proved.
    seen.provider.stateful_set = {.look = Look::absent};
    CHECK(ids(seen) == std::vector<std::string>{});
  }
  SECTION("a provider that does not bid on IP addresses")
  {
    seen.provider.env_ip_operator.value = "false";
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-086"});
    seen.provider.env_ip_operator = {.look = Look::absent};
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-086"});
    seen.provider.env_ip_operator = {.look = Look::forbidden}; // the result says so
    CHECK(ids(seen) == std::vector<std::string>{});
    seen.provider.stateful_set.value.wanted = 0;
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-086"});
  }
  SECTION("an advertisement that selects no node")
  {
    seen.nodes = {{.name = "node1", .labels = {{"zone", "a"}}}};
    auto& selectors = seen.metallb.advertisements.value.front().node_selectors;
    selectors = {{.match = {{"zone", "b"}}}};
    CHECK(ids(seen) == std::vector<std::string>{"IPL-POOL-044"});
    selectors.push_back({.match = {{"zone", "a"}}});
    CHECK(ids(seen) == std::vector<std::string>{});
  }
  SECTION("a full pool; Services that share an address count once, our own leftover not at all")
  {
    seen.metallb.pools.value.front().addresses = {"203.0.113.100/31"};
    seen.load_balancers = {holder("a", "203.0.113.100"),
                           holder("b", "203.0.113.100"),
                           holder("iplease-verify", "203.0.113.101"),
                           holder("outside", "198.51.100.1")};
    CHECK(ids(seen) == std::vector<std::string>{});
    seen.load_balancers.push_back(holder("c", "203.0.113.101"));
    CHECK(ids(seen) == std::vector<std::string>{"IPL-VER-009"});
  }
  SECTION("addresses that cannot be had")
  {
    seen.load_balancers = {holder("a", "203.0.113.100")};
    CHECK(ids(seen, {.address = "203.0.113.105"}) == std::vector<std::string>{});
    CHECK(ids(seen, {.address = "203.0.113.100"}) == std::vector<std::string>{"IPL-VER-007"});
    CHECK(ids(seen, {.address = "203.0.113.99"}) == std::vector<std::string>{"IPL-VER-006"});
    CHECK(ids(seen, {.address = "203.0.113"}) == std::vector<std::string>{"IPL-VER-006"});
    CHECK(smoke_problems(seen, {.address = "x"}).front().exit == ExitCode::usage);
  }
}

TEST_CASE("What MetalLB told of the Service", "[stages][verify]")
{
  const SmokeEvents events =
      parse_smoke_events("IPAllocated Assigned IP [\"203.0.113.100\"]\n"
                         "nodeAssigned announcing from node \"node1\" with protocol \"layer2\"\n"
                         "nodeAssigned announcing from node \"node2\" with protocol \"layer2\"\n");
  CHECK(events.address == "203.0.113.100");
  CHECK(events.node == "node2");
  CHECK(events.refused.empty());
}

TEST_CASE("Why there is no address", "[stages][verify]")
{
  Observation seen = enabled();
  const std::string full =
      "AllocationFailed Failed to allocate IP for \"akash-services/iplease-verify\": no available "
      "IPs\n";
  CHECK(explained("IPL-VER-001", seen, full).id == "IPL-VER-009");
  CHECK(explained("IPL-VER-001", seen, full).saw.find("no available IPs") != std::string::npos);
  seen.metallb.pools.value.front().auto_assign = false;
  CHECK(explained("IPL-VER-001", seen, full).cause.find("autoAssign: false") != std::string::npos);
  CHECK(explained("IPL-VER-001", seen, "").id == "IPL-VER-010");
  const Problem other =
      explained("IPL-VER-001", seen, "IPAllocated Assigned IP [\"198.51.100.1\"]\n");
  CHECK(other.id == "IPL-VER-001");
  CHECK(other.cause.find("198.51.100.1 comes from another pool") != std::string::npos);
}

TEST_CASE("Why nobody announces", "[stages][verify]")
{
  Observation seen = enabled();
  seen.provider.pod_ready = true;
  const std::string events = "IPAllocated Assigned IP [\"203.0.113.100\"]\n";
  std::string cause;
  SECTION("no advertisement")
  {
    seen.metallb.advertisements.value.clear();
    cause = "no advertisement covers pool default";
  }
  SECTION("every node is excluded")
  {
    seen.metallb.speakers.front().args = {"--port=7472"};
    cause = "every node carries the label";
  }
  SECTION("no speaker")
  {
    seen.metallb.speakers.front().ready = 0;
    cause = "no speaker is ready";
  }
  SECTION("no backend")
  {
    seen.provider.pod_ready = false;
    cause = "the provider's pod is not ready";
  }
  const Problem problem = explained("IPL-VER-003", seen, events);
  CHECK(problem.id == "IPL-VER-003");
  CHECK(problem.cause.starts_with(cause));
  CHECK_FALSE(problem.fix.empty());
  CHECK(problem.saw == "address 203.0.113.100 was given out; no event nodeAssigned followed");
}

TEST_CASE("A node without the interface is told by doctor's id", "[stages][verify]")
{
  const StagePlan plan = plan_smoke(enabled(), wanted(), {});
  CHECK(step(plan, "verify/interfaces").failure_id == "IPL-POOL-047");
  const Problem problem = explained("IPL-POOL-047",
                                    enabled(),
                                    "IPAllocated Assigned IP [\"203.0.113.100\"]\n"
                                    "announceFailed the interfaces doesn't exist\n");
  CHECK(problem.saw == "event announceFailed: the interfaces doesn't exist");
}

TEST_CASE("A pool for some Services is no full pool", "[stages][verify]")
{
  Observation seen = enabled();
  seen.metallb.pools.value.front().service_allocation = true;
  CHECK(explained("IPL-VER-001", seen, "AllocationFailed no available IPs\n").id == "IPL-POOL-042");
}

TEST_CASE("Another step's problem stays as it is", "[stages][verify]")
{
  const Problem problem{.id = "IPL-CLU-002", .what = "rights", .saw = "kubectl"};
  CHECK(explain_smoke(problem, enabled(), {}) == problem);
}
