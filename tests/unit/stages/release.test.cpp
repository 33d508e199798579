// SPDX-License-Identifier: Apache-2.0
#include "../../../src/stages/release.hpp"

#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>
#include <tuple>

using namespace iplease;
using namespace iplease::test;

namespace {

constexpr const char* k_provider = "akash-services/akash-provider";

Plan plan_of(const Observation& seen, const Settings& want = wanted())
{
  return make_plan(registry(), seen, want);
}

std::string line_of(const StagePlan& plan, const std::string& step)
{
  for (const Step& one : plan.steps) {
    if (one.id == step) {
      return shell_line(std::get<Run>(one.action).command.argv);
    }
  }
  throw std::runtime_error("no step " + step);
}

bool told(const StagePlan& plan, const std::string& id)
{
  return std::ranges::any_of(plan.problems, [&](const Problem& one) { return one.id == id; });
}

void set_provider(Observation& seen, const ReleaseSeen& release)
{
  seen.provider.release.value = release;
  ::release(seen, release.name) = release;
}

/// The provider's release after a second revision that did not become deployed.
Observation second_revision(const std::string& status, Observation seen = fresh())
{
  ReleaseSeen release = seen.provider.release.value;
  release.revision = 2;
  release.status = status;
  release.updated = "2026-11-29 18:00:05.5 +0100 CET";
  release.past = {.deployed = 1, .before = "deployed provider-19.0.2 revision 1"};
  set_provider(seen, release);
  return seen;
}

ReleaseWrite our_upgrade()
{
  return {.before = "deployed provider-19.0.2 revision 1",
          .expect = "deployed provider-19.0.2 revision 2",
          .began = "2026-11-29T17:00:04.000Z"};
}

Observation ours(const std::string& status, Observation seen = fresh())
{
  seen = second_revision(status, std::move(seen));
  seen.memory.release_writes[k_provider] = our_upgrade();
  return seen;
}

Observation metallb_with(const std::string& status, int revision, ReleasePast past)
{
  Observation seen = fresh();
  seen.releases.push_back({.name = "metallb",
                           .name_space = "metallb-system",
                           .revision = revision,
                           .status = status,
                           .chart = "metallb-0.14.8",
                           .chart_name = "metallb",
                           .chart_version = "0.14.8",
                           .past = std::move(past)});
  return seen;
}

} // namespace

TEST_CASE("Helm's times are read as the journal writes them", "[stages][release]")
{
  CHECK(stages::helm_time("2026-11-23 08:58:42.735055372 +0000 UTC") == "2026-11-23T08:58:42.735Z");
  CHECK(stages::helm_time("2026-01-01 00:10:00.5 +0530 IST") == "2025-12-31T18:40:00.500Z");
  CHECK(stages::helm_time("2026-11-23 22:58:42 -0330 NST") == "2026-11-24T02:28:42.000Z");
  CHECK(stages::helm_time("yesterday").empty());
  CHECK(stages::helm_time("2026-13-40 08:58:42 +0000 UTC").empty());
}

TEST_CASE("A revision is ours by what the journal wanted and by what is there", "[stages][release]")
{
  Observation seen = ours("pending-upgrade");
  const auto is_ours = [&] { return stages::left_by_us(seen, seen.provider.release.value); };
  ReleaseWrite& write = seen.memory.release_writes[k_provider];
  CHECK(is_ours());
  // For a command that was cut short only revision and chart decide, not the clock.
  write.began = "2027-01-01T00:00:00.000Z";
  CHECK(is_ours());
  seen.provider.release.value.revision = 3;
  CHECK_FALSE(is_ours());
  seen.provider.release.value = second_revision("pending-upgrade").provider.release.value;
  seen.provider.release.value.chart = "provider-18.0.2";
  CHECK_FALSE(is_ours());
  // Helm failed by itself. The revision is ours if it was written meanwhile, else somebody else's.
  seen.provider.release.value.chart = "provider-19.0.2";
  write.began = "2026-11-29T17:00:04.000Z";
  write.ended = "2026-11-29T17:00:09.000Z";
  CHECK(is_ours());
  write.ended = "2026-11-29T17:00:05.000Z";
  CHECK_FALSE(is_ours());
  seen.provider.release.value.updated = "?";
  CHECK_FALSE(is_ours());
  // A release that iplease began to heal stays ours until it is healed.
  write = {.before = "pending-upgrade provider-19.0.2 revision 2",
           .expect = "deployed provider-19.0.2 revision 1",
           .ended = "2026-11-29T17:00:05.000Z"};
  CHECK(is_ours());
  write = {.before = "pending-install provider-19.0.2 revision 2", .expect = "absent"};
  seen.provider.release.value.status = "uninstalling";
  CHECK(is_ours());
  write = our_upgrade();
  CHECK_FALSE(is_ours()); // iplease upgraded; somebody else is uninstalling
}

TEST_CASE("No wrong clock makes another's release ours", "[stages][release]")
{
  // Helm failed by itself and may have written its revision. Helm's own time must lie in between.
  const std::string status = GENERATE("failed", "pending-upgrade");
  Observation seen = ours(status);
  const auto blocked = [&] { return plan_of(seen).blocked(); };
  ReleaseWrite& write = seen.memory.release_writes[k_provider];
  write.ended = "2026-11-29T17:00:09.000Z";
  CHECK_FALSE(blocked());
  const auto set_updated = [&](const std::string& time) {
    seen.provider.release.value.updated = time;
    ::release(seen, "akash-provider").updated = time;
  };
  SECTION("of the host on which somebody else's helm wrote that revision")
  {
    set_updated(GENERATE("2026-11-29 18:00:05.5 +0000 UTC", // an hour ahead
                         "2026-11-29 16:00:05.5 +0000 UTC", // an hour behind
                         "2026-11-29 17:00:05.5 +0100 CET", // a time zone off
                         "1970-01-01 00:00:00 +0000 UTC",
                         "2126-11-29 17:00:05.5 +0000 UTC",
                         "",
                         "soon"));
    CHECK(blocked());
  }
  SECTION("of ours, set back or ahead while helm was at work")
  {
    std::tie(write.began, write.ended) = GENERATE(table<std::string, std::string>(
        {{"2026-11-29T17:00:04.000Z", "2026-11-29T16:00:09.000Z"},
         {"2026-11-29T18:00:04.000Z", "2026-11-29T17:00:09.000Z"},
         {"2026-11-29T17:00:06.000Z", "2026-11-29T18:00:09.000Z"}}));
    CHECK(blocked()); // not known to be ours, so it is somebody else's
  }
  SECTION("any, when our command was cut short: the number and the chart tell")
  {
    write.ended.clear();
    set_updated(GENERATE("1970-01-01 00:00:00 +0000 UTC", "2126-11-29 17:00:05.5 +0000 UTC", ""));
    CHECK_FALSE(blocked());
  }
}

TEST_CASE("The provider's dead upgrade is taken away and done again", "[stages][release]")
{
  const Observation seen = ours("pending-upgrade");
  const Plan plan = plan_of(seen);
  CHECK_FALSE(plan.blocked());
  const StagePlan provider = stage(plan, "provider");
  const std::vector<std::string> ids = step_ids(provider);
  const auto heal = std::ranges::find(ids, "provider/heal");
  REQUIRE(heal != ids.end());
  CHECK(*std::next(heal) == "provider/upgrade");
  CHECK(line_of(provider, "provider/heal")
            .ends_with("--namespace akash-services delete secrets,configmaps -l "
                       "owner=helm,name=akash-provider,version=2,status=pending-upgrade"));
  const auto at = static_cast<std::size_t>(heal - ids.begin());
  CHECK(provider.steps.at(at).subject == "release/akash-services/akash-provider");
  CHECK(provider.steps.at(at).before == "pending-upgrade provider-19.0.2 revision 2");
  CHECK(provider.steps.at(at).expect == "deployed provider-19.0.2 revision 1");
  CHECK(provider.steps.at(at + 1).before == provider.steps.at(at).expect);
  CHECK(provider.steps.at(at + 1).expect == "deployed provider-19.0.2 revision 2");
}

TEST_CASE("A release that failed by our own hand is upgraded again, whole", "[stages][release]")
{
  Observation seen = ours("failed");
  seen.memory.release_writes[k_provider].ended = "2026-11-29T17:00:09.000Z"; // helm itself failed
  const Plan plan = plan_of(seen);
  CHECK_FALSE(plan.blocked());
  const StagePlan provider = stage(plan, "provider");
  const std::vector<std::string> ids = step_ids(provider);
  CHECK(std::ranges::find(ids, "provider/heal") == ids.end());
  CHECK(line_of(provider, "provider/upgrade").find(" -f ") != std::string::npos);
  CHECK(line_of(provider, "provider/upgrade").find("--version 19.0.2") != std::string::npos);
  const auto upgrade = std::ranges::find(provider.steps, "provider/upgrade", &Step::id);
  CHECK(upgrade->before == "failed provider-19.0.2 revision 2");
  CHECK(upgrade->expect == "deployed provider-19.0.2 revision 3");
}

TEST_CASE("Somebody else's failed release waits for a decision, with the command that works",
          "[stages][release]")
{
  Observation seen = second_revision("failed");
  seen.provider.empty_keys = {.look = Look::seen, .value = {"key.txt", "key-pass.txt"}};
  const StagePlan preflight = stage(plan_of(seen), "preflight");
  REQUIRE(told(preflight, "IPL-PRV-002"));
  const Problem& problem = preflight.problems.front();
  CHECK(problem.saw == "it has emptied the wallet's Secret: key.txt, key-pass.txt");
  CHECK(
      problem.fix.find("helm get values akash-provider -n akash-services --revision 1 -o yaml >") !=
      std::string::npos);
  CHECK(problem.fix.find("upgrade akash-provider provider --repo "
                         "https://akash-network.github.io/helm-charts --version 19.0.2") !=
        std::string::npos);
  CHECK(problem.fix.ends_with("-f provider.yaml"));
  Settings accepting = wanted();
  accepting.accept_risk.value = {"IPL-PRV-002"};
  const Plan plan = plan_of(seen, accepting);
  CHECK_FALSE(plan.blocked());
  CHECK(line_of(stage(plan, "provider"), "provider/upgrade").find(" -f ") != std::string::npos);
  // Not over a failed release, if nobody can say whether the API server would accept it.
  seen.upgrade_trial = {.look = Look::unreachable, .why = "timeout"};
  CHECK(told(stage(plan_of(seen, accepting), "provider"), "IPL-PRV-005"));
  seen.provider.release.value.past.reset();
  CHECK(told(stage(plan_of(seen), "provider"), "IPL-HELM-060"));
}

TEST_CASE("Whatever the release, another's helm is let work", "[stages][release]")
{
  const auto held = [](const Observation& seen, const std::string& id) {
    const Plan plan = plan_of(seen);
    CHECK(stage(plan, "preflight").problems.at(0).exit == ExitCode::locked);
    CHECK(told(stage(plan, "preflight"), "IPL-HELM-002"));
    CHECK_FALSE(told(stage(plan, "preflight"), "IPL-PRV-002"));
    CHECK(stage(plan, id).problems.at(0).id == "IPL-HELM-002");
    CHECK(stage(plan, id).problems.at(0).exit == ExitCode::locked);
  };
  held(second_revision("pending-upgrade"), "provider");
  held(second_revision("pending-rollback"), "provider");
  held(metallb_with("pending-install", 1, {.before = "absent"}), "metallb");
  Observation seen = enabled();
  seen.ip_operator.release.value.status = "pending-upgrade";
  held(seen, "ip-operator");
}

TEST_CASE("What a first install left goes whole, and its values with it", "[stages][release]")
{
  Observation seen = metallb_with("pending-install", 1, {.before = "absent"});
  ReleaseWrite& write = seen.memory.release_writes["metallb-system/metallb"];
  write = {.before = "absent", .expect = "deployed metallb-0.14.8 revision 1"};
  const StagePlan pending = stage(plan_of(seen), "metallb");
  CHECK(line_of(pending, "metallb/heal").find(" uninstall metallb ") != std::string::npos);
  CHECK(pending.steps.at(1).before == "absent");
  CHECK(pending.steps.at(1).expect == "deployed metallb-0.14.8 revision 1");
  CHECK(line_of(pending, "metallb/install").find("reuse-values") == std::string::npos);

  // A bad line in metallb.values made it fail. That line must not come back by itself.
  seen.releases.back().status = "failed";
  const StagePlan failed = stage(plan_of(seen), "metallb");
  CHECK(line_of(failed, "metallb/install").find("reuse-values") == std::string::npos);
  seen.releases.back().revision = 3;
  seen.releases.back().past = {.deployed = 1, .before = "failed metallb-0.14.8 revision 2"};
  CHECK(line_of(stage(plan_of(seen), "metallb"), "metallb/install")
            .ends_with("--reset-then-reuse-values"));

  // A dead upgrade over a failed one: only the last revision is removed.
  seen.releases.back().status = "pending-upgrade";
  write = {.before = "failed metallb-0.14.8 revision 2",
           .expect = "deployed metallb-0.14.8 revision 3"};
  const StagePlan upgrade = stage(plan_of(seen), "metallb");
  CHECK(line_of(upgrade, "metallb/heal")
            .ends_with("-l owner=helm,name=metallb,version=3,status=pending-upgrade"));
  CHECK(upgrade.steps.at(1).before == "failed metallb-0.14.8 revision 2");
  CHECK(upgrade.steps.at(1).expect == "deployed metallb-0.14.8 revision 3");
}

TEST_CASE("A pod that our dead helm has already started is not started again", "[stages][release]")
{
  const auto replaced = [](const Observation& seen) {
    const std::vector<std::string> ids = step_ids(stage(plan_of(seen), "provider"));
    return std::ranges::find(ids, "provider/replace-pod") != ids.end();
  };
  Observation seen = ours("pending-upgrade");
  seen.provider.pod_ready = false;
  seen.provider.stateful_set.value.env["AKASH_IP_OPERATOR"] = "true";
  CHECK_FALSE(replaced(seen));
  seen.provider.empty_keys = {.look = Look::seen, .value = {"key.txt"}};
  CHECK(replaced(seen)); // it started with an empty wallet and hangs
  seen.provider.empty_keys = {};
  seen.provider.pod_revision.value = "older";
  CHECK(replaced(seen));
  seen.provider.pod_revision = {.look = Look::absent};
  CHECK_FALSE(replaced(seen)); // the next pod will be the new one
}

TEST_CASE("A refused upgrade is told once, in one word", "[stages][release]")
{
  Observation seen = fresh();
  const auto whats = [&] {
    std::vector<std::string> all;
    for (const StagePlan& stage : plan_of(seen).stages) {
      for (const Problem& problem : stage.problems) {
        if (problem.id == "IPL-PRV-005") {
          all.push_back(problem.what);
        }
      }
    }
    return all;
  };
  seen.upgrade_trial = {.look = Look::seen, .value = "StatefulSet is invalid"};
  REQUIRE(whats().size() == 2);
  CHECK(whats().front() == whats().back()); // so that blocking_problems merges them
  seen.provider.release_values.value =
      Secret(seen.provider.release_values.value.reveal() + "letsEncrypt:\n  enabled: false\n");
  CHECK(whats().front() == whats().back());
}

TEST_CASE("What stops helm is not told of the API server", "[stages][release]")
{
  Observation seen = fresh();
  const auto all = [&] {
    std::vector<std::pair<std::string, std::string>> told;
    for (const StagePlan& stage : plan_of(seen).stages) {
      for (const Problem& problem : stage.problems) {
        if (std::ranges::find(told, std::pair(problem.id, problem.what)) == told.end()) {
          told.emplace_back(problem.id, problem.what);
        }
      }
    }
    return told;
  };
  using Told = std::vector<std::pair<std::string, std::string>>;
  const std::string repository = wanted().repositories.akash.value;
  // The index and the chart come from one repository: one cause, reported once.
  seen.upgrade_render = Looked(Look::unreachable, "dial tcp: no such host");
  seen.ip_operator.chart_version = {.look = Look::unreachable, .why = "index.yaml: no such host"};
  CHECK(all() ==
        Told{{"IPL-HELM-054", "the chart repository " + repository + " cannot be reached"}});
  seen = fresh();
  seen.upgrade_render = Looked(Look::absent, "not found");
  CHECK(all() == Told{{"IPL-HELM-053", repository + " has no chart provider 19.0.2"}});
  seen.upgrade_render = Looked(Look::failed, "nil pointer");
  CHECK(all() ==
        Told{{"IPL-HELM-057", "helm cannot render chart provider 19.0.2 with the planned values"}});
}

TEST_CASE("An older chart of the IP operator is a risk, with the provider's image in it",
          "[stages][release]")
{
  Observation seen = fresh();
  seen.provider.release.value.app_version = "0.10.1";
  seen.ip_operator.chart_version.value = "12.1.4";
  seen.ip_operator.chart_app_version = "0.8.4";
  const StagePlan refused = stage(plan_of(seen), "ip-operator");
  REQUIRE(told(refused, "IPL-IPO-001"));
  CHECK(refused.problems.front().fix.find("--accept-risk IPL-IPO-001") != std::string::npos);
  CHECK(told(stage(plan_of(seen), "preflight"), "IPL-IPO-001"));
  Settings accepting = wanted();
  accepting.accept_risk.value = {"IPL-IPO-001"};
  const StagePlan taken = stage(plan_of(seen, accepting), "ip-operator");
  CHECK(line_of(taken, "ip-operator/install").find("--version 12.1.4") != std::string::npos);
  const auto install = std::ranges::find(taken.steps, "ip-operator/install", &Step::id);
  CHECK(std::get<Run>(install->action).command.input.find("tag: 0.10.1") != std::string::npos);
  // After the install no risk is left to accept.
  Observation after = enabled();
  after.provider.release.value.app_version = "0.10.1";
  after.ip_operator.release.value.app_version = "0.8.4";
  after.ip_operator.chart_version.value = after.ip_operator.release.value.chart_version;
  after.ip_operator.chart_app_version = "0.8.4";
  CHECK(stage(plan_of(after), "ip-operator").verdict == Verdict::satisfied);
}
