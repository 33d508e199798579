// SPDX-License-Identifier: Apache-2.0
#include <iplease/status/status.hpp>

#include <catch2/catch.hpp>

#include "running.hpp"
#include <algorithm>
#include <sstream>
#include <support/canned_runner.hpp>

using namespace iplease;
using namespace iplease::test;

namespace {

const StatusReads k_answers{.layer2 = {.look = Look::seen},
                            .events = {.look = Look::seen},
                            .provider_status = {.look = Look::seen, .value = "{\"cluster\":{}}"}};

/// The lab before any enable.
Observation bare()
{
  Observation seen = fresh();
  seen.provider.env_ip_operator = {.look = Look::seen, .value = "false"};
  return seen;
}

Status status_of(const Observation& seen, const StatusReads& reads = k_answers)
{
  const Settings want = wanted();
  const Plan plan = make_plan(registry(), seen, want);
  return make_status({.seen = seen, .want = want, .plan = plan, .reads = reads});
}

/// The reads that these answers give, each answer completed as our templates end it.
StatusReads answered(CommandResult layer2, CommandResult events, CommandResult status = {})
{
  CannedRunner runner([&](const Command& command) {
    const std::string line = shell_line(command.argv);
    return line.find("servicel2statuses") != std::string::npos ? layer2
           : line.find("get events") != std::string::npos      ? events
                                                               : status;
  });
  return read_status(running(), wanted(), runner);
}

const StatusPart& part(const Status& status, const std::string& stage)
{
  const auto at = std::ranges::find(status.parts, stage, &StatusPart::stage);
  REQUIRE(at != status.parts.end());
  return *at;
}

ServiceSeen lease(const std::string& name, std::vector<std::string> addresses)
{
  const std::string id = "akash.network/lease.id.";
  return {.name_space = "lease-namespace",
          .name = name,
          .type = "LoadBalancer",
          .selector = {{"akash.network", "true"}, {"akash.network/manifest-service", "web"}},
          .labels = {{"akash.network", "true"},
                     {id + "owner", k_address},
                     {id + "dseq", "42"},
                     {id + "gseq", "1"},
                     {id + "oseq", "7"}},
          .ports = {{.name = "80", .port = 80, .target = "80", .protocol = "TCP"}},
          .addresses = std::move(addresses)};
}

std::string json_shape(const nlohmann::ordered_json& json)
{
  std::string keys;
  for (const auto& entry : json.items()) {
    keys += entry.key() + " ";
  }
  return keys;
}

} // namespace

TEST_CASE("A fresh provider has IP leases off", "[status]")
{
  const Observation seen = bare();
  const Status status = status_of(seen);
  CHECK(status.state == LeaseState::off);
  CHECK_FALSE(status.healthy());
  CHECK(part(status, "metallb").present == Known::no);
  CHECK(next_commands(status).at(1).command == "iplease enable");
}

TEST_CASE("After enable they are on and healthy", "[status]")
{
  const Status status = status_of(running());
  CHECK(status.not_yet() == std::vector<std::string>{});
  CHECK(status.state == LeaseState::on);
  CHECK(next_commands(status).at(0).command == "iplease verify");
}

TEST_CASE("A release that is not deployed is not well, whatever runs", "[status]")
{
  Observation seen = running();
  ReleaseSeen& provider = seen.provider.release.value;
  provider.status = "failed";
  provider.revision = 2;
  seen.provider.empty_keys = {.look = Look::seen, .value = {"key.txt"}};
  const Status failed = status_of(seen);
  CHECK_FALSE(failed.healthy());
  CHECK_FALSE(status_json(failed).at("healthy").get<bool>());
  CHECK(status_text(failed).starts_with("IP leases are on, but not well\n"));
  CHECK(part(failed, "provider").detail.find("is failed (revision 2)") != std::string::npos);
  CHECK(part(failed, "provider").detail.find("its wallet's Secret is empty") != std::string::npos);
  seen.provider.env_ip_operator.value = "false"; // also if leases are not on yet
  const StatusPart off = part(status_of(seen), "provider");
  CHECK(off.present == Known::no);
  CHECK(off.detail.find("is failed (revision 2)") != std::string::npos);
  seen = running();
  seen.ip_operator.release.value.status = "pending-upgrade";
  CHECK(part(status_of(seen), "ip-operator").healthy == Known::no);
  seen = running();
  release(seen, "metallb").status = "failed";
  CHECK(part(status_of(seen), "metallb").healthy == Known::no);
}

TEST_CASE("Beside a chart's version stands what really runs", "[status]")
{
  Observation seen = running();
  seen.provider.stateful_set.value.images = {"busybox:1", "ghcr.io/akash-network/provider:0.16.3"};
  seen.ip_operator.deployment.value.images = {"registry:5000/provider@sha256:00"};
  const Status status = status_of(seen);
  CHECK(status_text(status).find("(0.16.2, image 0.16.3)") != std::string::npos);
  const auto versions = status_json(status).at("versions");
  CHECK(versions.at("provider").at("image_tag") == "0.16.3");
  CHECK(versions.at("ip_operator").at("image_tag").is_null());
}

TEST_CASE("Partly on names the stages that are missing", "[status]")
{
  Observation seen = running();
  seen.ip_operator = {};
  seen.ip_operator.deployment.look = Look::absent;
  seen.metallb.expose = {.look = Look::absent};
  const Status status = status_of(seen);
  CHECK(status.state == LeaseState::partly);
  CHECK(status_text(status).starts_with("IP leases are partly on; missing: expose, ip-operator\n"));
}

TEST_CASE("A refused read is neither on nor off", "[status]")
{
  Observation seen = running();
  SECTION("the IP operator may not be read")
  {
    seen.ip_operator = {};
    seen.ip_operator.deployment = {.look = Look::forbidden, .why = "cannot get deployments"};
    CHECK(status_of(seen).state == LeaseState::unknown);
  }
  SECTION("without anything that is known to be there")
  {
    seen = bare();
    seen.ip_operator.deployment = {.look = Look::forbidden};
    CHECK(status_of(seen).state == LeaseState::unknown);
  }
  SECTION("deployments may not be listed, so MetalLB is not known to be missing")
  {
    seen.metallb.controllers.clear();
    seen.metallb.controllers_look = {Look::forbidden, "may not be listed"};
    seen.denied = {"list deployments.apps"};
    const Status status = status_of(seen);
    CHECK(part(status, "metallb").present == Known::unknown);
    CHECK(status.could_not_look.front() == "not allowed: list deployments.apps");
  }
}

TEST_CASE("What is on can be unwell, and says why", "[status]")
{
  Observation seen = running();
  StatusReads reads = k_answers;
  std::string why;
  SECTION("the operator counts another number")
  {
    seen.ip_operator.available = 10;
    why = "ip-operator: counts 10 addresses, 0 in use; the pool has 21";
  }
  SECTION("the barrier")
  {
    seen.ip_operator.available.reset();
    seen.ip_operator.barrier = true;
    why = "ip-operator: its barrier is locked (503 on /usage)";
  }
  SECTION("nobody announces the pool")
  {
    seen.metallb.advertisements.value.clear();
    why = "pool default: 203.0.113.100-203.0.113.120; no advertisement covers it";
  }
  SECTION("autoAssign off")
  {
    seen.metallb.pools.value.front().auto_assign = false;
    why =
        "pool default: 203.0.113.100-203.0.113.120; autoAssign is false: no lease gets an address";
  }
  SECTION("the controller is down")
  {
    seen.metallb.controllers.front().ready = 0;
    why = "MetalLB: 0.14.8: controller 0/1, speakers 1/1 ready";
  }
  SECTION("a MetalLB that Akash cannot read")
  {
    seen.metallb.version = "0.16.1";
    why = "MetalLB: 0.16.1: controller 1/1, speakers 1/1 ready; Akash needs 0.13.5 to 0.15.3";
  }
  SECTION("no endpoint")
  {
    seen.metallb.expose_endpoints = 0;
    why = "metrics: Service controller has no ready endpoint";
  }
  SECTION("a provider that hangs")
  {
    reads.provider_status = {.look = Look::unreachable, .why = "no answer within 10 s"};
    why = "provider: AKASH_IP_OPERATOR is true in the pod; 8443 does not answer: no answer within "
          "10 s";
  }
  SECTION("a provider that is switched off for maintenance")
  {
    seen.provider.stateful_set.value.wanted = 0;
    seen.provider.stateful_set.value.env["AKASH_IP_OPERATOR"] = "true";
    seen.provider.pod_revision = {.look = Look::absent};
    seen.provider.env_ip_operator = {.look = Look::absent};
    why = "provider: scaled to 0, as for maintenance; AKASH_IP_OPERATOR is true in the StatefulSet";
  }
  SECTION("a lease that waits for its address")
  {
    seen.load_balancers.push_back(lease("web-ip-80-tcp", {}));
    why = std::string("lease ") + k_address + "/42/1/7: Service web-ip-80-tcp has no address";
  }
  const Status status = status_of(seen, reads);
  CHECK(status.state == LeaseState::on);
  CHECK(status.not_yet() == std::vector<std::string>{why});
  CHECK(status_text(status).starts_with("IP leases are on, but not well\n"));
}

TEST_CASE("Addresses in use are counted once, however many Services share them", "[status]")
{
  Observation seen = running();
  seen.load_balancers = {lease("web-ip-80-tcp", {"203.0.113.101"}),
                         lease("web-ip-81-tcp", {"203.0.113.101"}),
                         {.name_space = "shop", .name = "front", .addresses = {"203.0.113.100"}},
                         {.name_space = "shop", .name = "else", .addresses = {"198.51.100.9"}}};
  StatusReads reads = k_answers;
  reads.layer2.value = {{"lease-namespace", "web-ip-80-tcp", "node2", ""}};
  reads.events.value = {{"shop", "front", "node1", "2026-11-24T10:00:00Z"}};
  const Status status = status_of(seen, reads);
  REQUIRE(status.pools.size() == 1);
  CHECK(status.pools.front().in_use == 2);
  REQUIRE(status.services.size() == 4);
  const auto at = [&](const std::string& name) {
    return *std::ranges::find(status.services, name, &StatusService::name);
  };
  CHECK(at("web-ip-80-tcp").lease == std::string(k_address) + "/42/1/7");
  CHECK(at("web-ip-80-tcp").manifest_service == "web");
  CHECK(at("web-ip-80-tcp").nodes == std::vector<std::string>{"node2"});
  CHECK(at("web-ip-80-tcp").pool == "default");
  CHECK(at("else").pool.empty());
  // 0.14.8 keeps ServiceL2Status, so an old event proves nothing.
  CHECK(at("front").announced == Known::no);
  SECTION("an older MetalLB has events only, and they are forgotten after an hour")
  {
    seen.metallb.version = "0.13.9";
    reads.layer2 = {.look = Look::absent};
    const Status old = status_of(seen, reads);
    const auto of = [&](const std::string& name) {
      return *std::ranges::find(old.services, name, &StatusService::name);
    };
    CHECK(of("front").nodes == std::vector<std::string>{"node1"});
    CHECK(of("web-ip-80-tcp").announced == Known::unknown);
  }
}

TEST_CASE("A refusal of an earlier Service of the same name is not this one's", "[status]")
{
  Observation seen = running();
  seen.load_balancers = {
      {.name_space = "a", .name = "web", .uid = "u2", .addresses = {"203.0.113.101"}}};
  const auto refused = [&](const std::string& uid) {
    StatusReads reads = k_answers;
    const std::string line = "a\tweb\tno such interface\t2026-11-24T10:00:00Z\tannounceFailed\t";
    reads.events = answered({}, {.out = line + uid + "\nend\n"}).events;
    return status_of(seen, reads).services.front().refused;
  };
  CHECK(refused("u2") == "no such interface");
  CHECK(refused("u1").empty());
}

TEST_CASE("The answers of the extra reads", "[status]")
{
  const std::string events =
      "ns\tweb\tannouncing from node \"old\" with protocol \"layer2\"\t2026-11-24T10:00:00Z\n"
      "ns\tweb\tannouncing from node \"new\" with protocol \"layer2\"\t2026-11-24T11:00:00Z\n";
  const StatusReads reads = answered(
      {.out = "ns\tweb\tnode1\n\t\t\nend\n"}, {.out = events + "end\n"}, {.out = "<html>"});
  REQUIRE(reads.layer2.value.size() == 1);
  CHECK(reads.layer2.value.front() == Announcement{"ns", "web", "node1", ""});
  REQUIRE(reads.events.value.size() == 2);
  CHECK(reads.events.value.front().node == "new");
  CHECK(reads.provider_status.look == Look::failed);
  const StatusReads cut = answered({}, {.out = events});
  CHECK(cut.layer2.look == Look::failed);
  CHECK(cut.events.look == Look::failed);
  CHECK(cut.events.value.empty());
  const StatusReads old =
      answered({.exit_code = 1,
                .err = "error: the server doesn't have a resource type \"servicel2statuses\""},
               {.exit_code = 1, .err = "Error from server (Forbidden): events is forbidden"});
  CHECK(old.layer2.look == Look::absent);
  CHECK(old.events.look == Look::forbidden);
}

TEST_CASE("Owed actions and an unfinished run", "[status]")
{
  Observation seen = running();
  seen.memory.debts = {{.id = "restart-kube-proxy", .until = "every pod is young"}};
  seen.memory.debt_since["restart-kube-proxy"] = "2026-11-24T10:00:00Z";
  seen.memory.verify_owed = true;
  seen.memory.unfinished_run = "20261124-100000-abcd";
  seen.memory.in_flight_step = "pool/apply";
  const Settings want = wanted();
  const Plan plan = make_plan(registry(), seen, want);
  StatusInput input{
      .seen = seen, .want = want, .plan = plan, .reads = k_answers, .applied = applied()};
  Status status = make_status(input);
  REQUIRE(status.owed.size() == 2);
  CHECK(status.owed.front() ==
        OwedAction{"restart-kube-proxy", "every pod is young", "2026-11-24T10:00:00Z"});
  REQUIRE(status.unfinished);
  CHECK(next_commands(status).front().command == "iplease resume");
  CHECK(status_text(status).find("20261124-100000-abcd, stopped in pool/apply; go on with:") !=
        std::string::npos);
  // An unfinished run has not delivered what it promised. That is not drift.
  CHECK_FALSE(status.applied);
  input.run_at_work = "host h, pid 1, started now, run 20261124-100000-abcd";
  status = make_status(input);
  CHECK(next_commands(status).front().command == "iplease status --wait 5m");
  for (const NextCommand& next : next_commands(status)) {
    CHECK(next.command != "iplease resume");
    CHECK(next.command != "iplease enable");
  }
  seen.memory.debts.push_back({.id = "verify", .until = "an address answers"});
  status = make_status(input);
  CHECK(std::ranges::count(status.owed, "verify", &OwedAction::id) == 1);
}

TEST_CASE("One screen of 80 columns, whatever there is", "[status]")
{
  Observation seen = running();
  for (int i = 0; i < 40; ++i) {
    seen.load_balancers.push_back(
        lease("a-rather-long-name-of-a-service-ip-" + std::to_string(i) + "-tcp",
              {"203.0.113." + std::to_string(100 + i)}));
  }
  seen.context = std::string(200, 'c');
  seen.denied = std::vector<std::string>(30, std::string(120, 'd'));
  for (int i = 0; i < 9; ++i) {
    seen.memory.debts.push_back({.id = "debt-" + std::to_string(i), .until = std::string(90, 'u')});
  }
  const std::string text = status_text(status_of(seen));
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CHECK(line.size() <= 80);
  }
  CHECK(count <= 60);
  CHECK(text.find("and 34 more: iplease status -o json") != std::string::npos);
  const std::string usual = status_text(status_of(running()));
  CHECK(std::ranges::count(usual, '\n') <= 24);
}

TEST_CASE("JSON always has the same keys", "[status]")
{
  Observation unreachable;
  unreachable.tools.server_error = "connection refused";
  const nlohmann::ordered_json empty = status_json(status_of(unreachable, {}));
  CHECK(empty["state"] == "unreachable");
  CHECK(json_shape(empty) == json_shape(status_json(status_of(running()))));
}
