// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/plan_view.hpp>
#include <iplease/stages/undo.hpp>

#include <catch2/catch.hpp>

#include "undone.hpp"
#include <support/golden.hpp>

using namespace iplease;
using namespace iplease::test;

namespace {

const Step& step_of(const StagePlan& plan, const std::string& id)
{
  const auto at = std::ranges::find(plan.steps, id, &Step::id);
  REQUIRE(at != plan.steps.end());
  return *at;
}

std::string input_of(const StagePlan& plan, const std::string& id)
{
  return std::get<Run>(step_of(plan, id).action).command.input;
}

std::string command_line_of(const StagePlan& plan, const std::string& id)
{
  return shell_line(std::get<Run>(step_of(plan, id).action).command.argv);
}

} // namespace

TEST_CASE("What enable made on a fresh cluster goes in reverse order", "[stages][undo]")
{
  const Plan plan = undone(enabled_from(fresh()));
  std::vector<std::string> writing;
  for (const StagePlan& one : plan.stages) {
    INFO(one.stage << ": " << one.reason);
    CHECK(one.kept.empty());
    CHECK(one.verdict != Verdict::blocked);
    for (const Step& step : one.steps) {
      if (writes(step)) {
        writing.push_back(step.id);
      }
      CHECK(std::ranges::count(step.owes, "verify", &Debt::id) == 0);
    }
  }
  CHECK(writing == std::vector<std::string>{"provider-values/write",
                                            "provider/upgrade",
                                            "ip-operator/uninstall",
                                            "pool/advertisement-remove",
                                            "pool/remove",
                                            "expose/remove",
                                            "metallb/uninstall",
                                            "namespace/remove"});
  CHECK(plan.command == "undo");
  CHECK(step_of(stage(plan, "namespace"), "namespace/empty").failure_id == "IPL-RUN-031");
}

TEST_CASE("What is as before, or gone, is nothing to undo", "[stages][undo]")
{
  Observation seen = fresh();
  seen.memory = remembered(make_plan(registry(), fresh(), wanted()));
  seen.undo.looked = true;
  const Plan plan = undone(seen);
  CHECK_FALSE(plan.changes());
  CHECK(kept_by(plan).empty());
}

TEST_CASE("The provider's values lose what enable added and nothing else", "[stages][undo]")
{
  Observation before = fresh();
  before.provider.release_values.value = Secret(
      before.provider.release_values.value.reveal() +
      "attributes: # ours\n- key: region\n  value: eu\n- key: ip-lease\n  value: \"true\"\n");
  Observation seen = enabled_from(before);
  const std::string after =
      "domain: provider.example.com\nfrom: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx\n"
      "key: ZmFrZWtleQ==\nkeysecret: ZmFrZQ==\n# since then\nipoperator: true\nattributes: # ours\n"
      "- key: region\n  value: eu\n- key: ip-lease\n  value: \"true\"\n"
      "- key: capabilities/ip-lease\n  value: \"true\"\n- key: mine\n  value: \"true\"\n"
      "- key: feat-endpoint-ip\n  value: \"true\"\n";
  seen.provider.release_values.value = Secret(after);
  const auto restored = undo_values(seen);
  REQUIRE(restored);
  CHECK(restored->reveal() ==
        "domain: provider.example.com\nfrom: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx\n"
        "key: ZmFrZWtleQ==\nkeysecret: ZmFrZQ==\n# since then\nattributes: # ours\n"
        "- key: region\n  value: eu\n- key: ip-lease\n  value: \"true\"\n"
        "- key: mine\n  value: \"true\"\n");
}

TEST_CASE("A pool that somebody changed stays, and with it MetalLB and the namespace",
          "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.125"};
  const Plan plan = undone(seen);
  CHECK(stage(plan, "pool").kept.size() == 1);
  CHECK(step_ids(stage(plan, "pool")) == std::vector<std::string>{"pool/advertisement-remove"});
  CHECK(stage(plan, "metallb").steps.empty());
  CHECK(stage(plan, "namespace").steps.empty());
  CHECK(step_ids(stage(plan, "ip-operator")).front() == "ip-operator/uninstall");
  CHECK(kept_by(plan).size() == 3);
}

TEST_CASE("A pool that was there loses only what enable added", "[stages][undo]")
{
  Observation before = enabled();
  before.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.104"};
  before.metallb.pools.value.front().auto_assign = false;
  before.metallb.pools.value.front().resource_version = "7";
  const Observation seen = enabled_from(before);
  const Plan plan = undone(seen);
  const StagePlan pool = stage(plan, "pool");
  REQUIRE(step_ids(pool) == std::vector<std::string>{"pool/change-back"});
  CHECK(input_of(pool, "pool/change-back") == "spec:\n  addresses:\n    - "
                                              "203.0.113.100-203.0.113.104\n  autoAssign: false\n");
  CHECK(stage(plan, "metallb").steps.empty());

  Observation other = seen;
  other.metallb.pools.value.front().addresses = {"198.51.100.0/28"};
  const StagePlan partly = stage(undone(other), "pool");
  CHECK(partly.kept.size() == 1);
  CHECK(input_of(partly, "pool/change-back") == "spec:\n  autoAssign: false\n");
}

TEST_CASE("Addresses in use stop an undo until their number is accepted", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.load_balancers = {
      {.name_space = "lease-ns", .name = "web-ip", .addresses = {"203.0.113.100"}},
      {.name_space = "akash-services", .name = "iplease-verify", .addresses = {"203.0.113.101"}},
      {.name_space = "other", .name = "far", .addresses = {"198.51.100.1"}}};
  const StagePlan first = stage(undone(seen), "preflight");
  REQUIRE(first.problems.size() == 1);
  CHECK(first.problems.front().id == "IPL-RUN-030");
  CHECK(first.problems.front().saw == "lease-ns/web-ip (203.0.113.100)");
  Settings want = wanted();
  want.accept_risk.value = {"undo.leases=2"};
  CHECK(undone(seen, "", want).blocked());
  want.accept_risk.value = {"undo.leases=1"};
  CHECK_FALSE(undone(seen, "", want).blocked());
}

TEST_CASE("An IP operator that somebody upgraded stays, and what it needs too", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.ip_operator.release.value.revision = 2;
  const Plan plan = undone(seen);
  CHECK(stage(plan, "ip-operator").steps.empty());
  for (const char* id : {"ip-operator", "pool", "expose", "metallb", "namespace"}) {
    INFO(id);
    CHECK_FALSE(stage(plan, id).kept.empty());
    CHECK(stage(plan, id).steps.empty());
  }
  CHECK_FALSE(stage(plan, "provider").steps.empty());
}

TEST_CASE("What others keep in MetalLB or its namespace holds both", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  SECTION("a BGP peer")
  {
    seen.undo.custom = {"BGPPeer core"};
    CHECK(stage(undone(seen), "metallb").kept.front().find("BGPPeer core") != std::string::npos);
  }
  SECTION("what could not be read")
  {
    seen.undo.why = "no answer";
    CHECK(stage(undone(seen), "metallb").kept.front().find("no answer") != std::string::npos);
  }
  SECTION("a Secret in the namespace")
  {
    seen.undo.in_namespace = {"Secret mine"};
    const Plan plan = undone(seen);
    CHECK_FALSE(stage(plan, "metallb").steps.empty());
    CHECK(stage(plan, "namespace").kept.front().find("Secret mine") != std::string::npos);
  }
  CHECK(stage(undone(seen), "namespace").steps.empty());
}

TEST_CASE("MetalLB that was there stays, however it is now", "[stages][undo]")
{
  Observation before = enabled();
  before.metallb.pools = {.look = Look::seen};
  before.metallb.advertisements = {.look = Look::seen};
  const Plan plan = undone(enabled_from(before));
  CHECK(stage(plan, "metallb").steps.empty());
  CHECK(stage(plan, "namespace").steps.empty());
  CHECK(step_ids(stage(plan, "pool")) ==
        std::vector<std::string>{"pool/advertisement-remove", "pool/remove"});
  CHECK(kept_by(plan).empty());
}

TEST_CASE("Without a journal only our field manager tells", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.memory = {};
  seen.undo.writers = {{"pool/default", {"iplease"}},
                       {"advertisement/default", {"iplease"}},
                       {"service/controller", {"iplease", "kubectl-edit"}},
                       {"namespace/metallb-system", {"helm"}}};
  Plan plan = undone(seen);
  CHECK_FALSE(plan.changes()); // the unknown IP operator needs them
  CHECK(stage(plan, "provider").kept.size() == 1);
  CHECK(stage(plan, "ip-operator").kept.size() == 1);
  seen.ip_operator.release = {.look = Look::absent};
  seen.ip_operator.deployment = {.look = Look::absent};
  plan = undone(seen);
  CHECK(step_ids(stage(plan, "pool")) ==
        std::vector<std::string>{"pool/advertisement-remove", "pool/remove"});
  CHECK(stage(plan, "expose").steps.empty());
  CHECK(stage(plan, "metallb").kept.size() == 1);
  CHECK(stage(plan, "namespace").steps.empty());
}

TEST_CASE("A stage takes back what stands on it, and verify stands alone", "[stages][undo]")
{
  const Observation seen = enabled_from(fresh());
  std::vector<std::string> stages;
  for (const StagePlan& one : undone(seen, "pool").stages) {
    stages.push_back(one.stage);
  }
  CHECK(stages == std::vector<std::string>{
                      "preflight", "provider-values", "provider", "ip-operator", "verify", "pool"});
  CHECK(undone(seen, "verify").stages.size() == 2);
}

TEST_CASE("A migration is not undone", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.memory.migrated = true;
  const Plan plan = undone(seen);
  CHECK(stage(plan, "metallb").steps.empty());
  CHECK(stage(plan, "metallb").notes.size() == 1);
  CHECK(stage(plan, "pool").steps.empty());
  CHECK(stage(plan, "namespace").steps.empty());
  CHECK_FALSE(stage(plan, "ip-operator").steps.empty());
}

TEST_CASE("strictARP goes back by one edit and one restart", "[stages][undo]")
{
  const std::string before = "mode: ipvs\nipvs:\n  minSyncPeriod: 0s\n";
  Observation seen = enabled_from(fresh());
  seen.kube_proxy.config = {.look = Look::seen,
                            .value = "mode: ipvs\nipvs:\n  strictARP: true\n  minSyncPeriod: 0s\n"};
  const std::string subject = "configmap/kube-system/kube-proxy strictARP";
  seen.memory.made[subject] = {
      .stage = "strict-arp",
      .expect = {"true"},
      .fields = {{"strictARP", {.is = {"true"}}}, {"ipvs", {.was = "mapping", .is = {"mapping"}}}}};
  const StagePlan plan = stage(undone(seen), "strict-arp");
  CHECK(step_ids(plan) ==
        std::vector<std::string>{"strict-arp/edit", "strict-arp/restart", "strict-arp/restarted"});
  CHECK(input_of(plan, "strict-arp/edit").find(R"("config.conf":"mode: ipvs\nipvs:\n  minSync)") !=
        std::string::npos);
  CHECK(step_of(plan, "strict-arp/edit").owes.size() == 1);

  seen.kube_proxy.config.value = before; // killed after the edit
  seen.memory.debts = {{.id = "restart-kube-proxy", .until = ""}};
  CHECK(step_ids(stage(undone(seen), "strict-arp")) ==
        std::vector<std::string>{"strict-arp/restart", "strict-arp/restarted"});
}

TEST_CASE("A release that was there is rolled back to its revision", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.ip_operator.release.value.revision = 3;
  seen.memory.made["release/akash-services/akash-ip-operator"] = {
      .stage = "ip-operator",
      .before = "deployed akash-ip-operator-19.0.1 revision 2",
      .expect = {"deployed akash-ip-operator-19.0.2 revision 3"}};
  const StagePlan plan = stage(undone(seen), "ip-operator");
  CHECK(command_line_of(plan, "ip-operator/roll-back").find("rollback akash-ip-operator 2 ") !=
        std::string::npos);
  CHECK(step_of(plan, "ip-operator/roll-back").expect ==
        "deployed akash-ip-operator-19.0.1 revision 4");
}

TEST_CASE("A revision that another helm wrote after ours failed is not ours", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  const auto release = std::ranges::find(seen.releases, "metallb", &ReleaseSeen::name);
  REQUIRE(release != seen.releases.end());
  const std::string now = release_line(*release);
  MadeSeen& made = seen.memory.made.at("release/metallb-system/metallb");
  made.unsure[now] = {.before = "absent",
                      .expect = now,
                      .began = "2026-11-29T17:00:00.000Z",
                      .ended = "2026-11-29T17:00:09.000Z"};
  SECTION("within the time of our own")
  {
    release->updated = "2026-11-29 18:00:05.5 +0100 CET";
    CHECK_FALSE(stage(undone(seen), "metallb").steps.empty());
  }
  SECTION("later")
  {
    release->updated = "2026-11-29 21:00:05.5 +0100 CET";
    CHECK(stage(undone(seen), "metallb").steps.empty());
    CHECK(stage(undone(seen), "metallb").kept.size() == 1);
  }
}

TEST_CASE("A release that our failed helm did not change is as it was", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.memory.made["release/akash-services/akash-ip-operator"] = {
      .stage = "ip-operator",
      .before = release_line(seen.ip_operator.release.value),
      .expect = {"deployed akash-ip-operator-19.0.3 revision 9"}};
  const StagePlan plan = stage(undone(seen), "ip-operator");
  CHECK(plan.steps.empty());
  CHECK(plan.kept.empty());
}

TEST_CASE("The table compares what was touched with what was there", "[stages][undo]")
{
  const Observation seen = enabled_from(fresh());
  const auto all_as_before = [&](const Observation& now) {
    const std::vector<UndoRow> rows = undo_rows(seen.memory, now);
    CHECK(rows.size() > 8);
    const std::optional<Problem> other = other_than_before(rows);
    CHECK((!other || other->id == "IPL-RUN-032"));
    return !other;
  };
  CHECK_FALSE(all_as_before(seen));
  Observation after = fresh();
  CHECK(all_as_before(after));
  after.metallb.pools = seen.metallb.pools;
  CHECK_FALSE(all_as_before(after));
}

TEST_CASE("The plan of an undo reads as it should", "[stages][undo]")
{
  Observation seen = enabled_from(fresh());
  seen.undo.in_namespace = {"ConfigMap mine"};
  const Settings want = undo_settings(seen, wanted());
  const Plan plan = plan_undo(seen, want);
  CHECK(differs_from_file("tests/data/undo/plan.txt", plan_text(plan, seen, want)) == "");
  const std::string script = plan_script(plan, seen, want);
  CHECK(differs_from_file("tests/data/undo/plan.sh", script) == "");
  CHECK(script.find("ZmFrZWtleQ") == std::string::npos);
}
