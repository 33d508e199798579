// SPDX-License-Identifier: Apache-2.0
// Existing objects are patched field by field, so that the operator's own fields survive. The lab
// case enable:keeps proves that the API server accepts these patches.
#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>

using namespace iplease;
using namespace iplease::test;

namespace {

StagePlan kept_plan(const std::string& of, const Observation& seen, const Settings& want = wanted())
{
  return stage(make_plan(registry(), seen, want), of);
}

Command kept_command(const StagePlan& plan, const std::string& id)
{
  for (const Step& one : plan.steps) {
    if (one.id == id) {
      return std::get<Run>(one.action).command;
    }
  }
  throw std::runtime_error("no step " + id);
}

bool has(const Command& command, const std::string& word)
{
  return std::ranges::count(command.argv, word) > 0;
}

bool says(const StagePlan& plan, const std::string& words)
{
  return std::ranges::any_of(
      plan.notes, [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

/// A Service of that name, made for another purpose.
Observation with_foreign_service()
{
  Observation seen = enabled();
  ServiceSeen& service = seen.metallb.expose.value;
  service.selector = {{"app", "web"}};
  service.ports = {{.name = "", .port = 80, .target = "8080", .protocol = "TCP"}};
  service.resource_version = "77";
  return seen;
}

} // namespace

TEST_CASE("What is not there is created, never applied over what may have come", "[stages][keeps]")
{
  const Plan plan = make_plan(registry(), fresh(), wanted());
  const std::vector<std::pair<std::string, std::string>> steps{{"namespace", "namespace/apply"},
                                                               {"expose", "expose/apply"},
                                                               {"pool", "pool/apply"},
                                                               {"pool", "pool/advertise"}};
  for (const auto& [of, id] : steps) {
    CAPTURE(id);
    const Command command = kept_command(stage(plan, of), id);
    CHECK(has(command, "create"));
    CHECK(has(command, "--field-manager=iplease"));
    CHECK(command.input.find("resourceVersion") == std::string::npos);
  }
}

TEST_CASE("Only the labels that are wrong are set on the namespace", "[stages][keeps]")
{
  Observation seen = enabled();
  seen.namespaces["metallb-system"]["pod-security.kubernetes.io/enforce"] = "baseline";
  seen.namespaces["metallb-system"].erase("pod-security.kubernetes.io/warn");
  seen.namespaces["metallb-system"]["team"] = "net";
  seen.metallb.namespace_version = "12";
  const StagePlan plan = kept_plan("namespace", seen);
  const Command command = kept_command(plan, "namespace/apply");
  CHECK(has(command, "--type=merge"));
  CHECK(command.input == "metadata:\n  resourceVersion: \"12\"\n  labels:\n"
                         "    pod-security.kubernetes.io/enforce: privileged\n"
                         "    pod-security.kubernetes.io/warn: privileged\n");
  CHECK(says(plan, "pod-security.kubernetes.io/enforce from baseline to privileged"));
  CHECK(says(plan, "pod-security.kubernetes.io/warn from nothing to privileged"));
}

TEST_CASE("A pool's change names the fields that differ and the version that was seen",
          "[stages][keeps][pool]")
{
  Observation seen = enabled();
  PoolSeen& live = seen.metallb.pools.value.front();
  live.auto_assign = false;
  live.resource_version = "34";
  Settings want = wanted();
  StagePlan plan = kept_plan("pool", seen, want);
  CHECK(step_ids(plan) == std::vector<std::string>{"pool/apply", "pool/proof"});
  CHECK(kept_command(plan, "pool/apply").input ==
        "metadata:\n  resourceVersion: \"34\"\nspec:\n  autoAssign: true\n");
  want.pool.addresses.value = ranges({"203.0.113.100-203.0.113.130"});
  want.pool.avoid_buggy_ips.value = true;
  plan = kept_plan("pool", seen, want);
  CHECK(kept_command(plan, "pool/apply").input ==
        "metadata:\n  resourceVersion: \"34\"\nspec:\n  addresses:\n"
        "    - 203.0.113.100-203.0.113.130\n  autoAssign: true\n  avoidBuggyIPs: true\n");
  CHECK(
      says(plan, "spec.addresses from 203.0.113.100-203.0.113.120 to 203.0.113.100-203.0.113.130"));
  // A MetalLB installed by the same plan writes the pool's status, which makes the version stale.
  release(seen, "metallb").status = "failed";
  release(seen, "metallb").past =
      ReleasePast{.deployed = 1, .before = "deployed metallb-0.14.8 revision 1"};
  plan = kept_plan("pool", seen, want);
  CHECK(kept_command(plan, "pool/apply").input.starts_with("spec:\n"));
}

TEST_CASE("An advertisement of our name keeps its pools and interfaces", "[stages][keeps][pool]")
{
  Observation seen = enabled();
  AdvertisementSeen& live = seen.metallb.advertisements.value.front();
  live.pools = {"later"};
  live.interfaces = {"eth0"};
  live.resource_version = "56";
  StagePlan plan = kept_plan("pool", seen);
  CHECK(step_ids(plan) == std::vector<std::string>{"pool/advertise", "pool/proof"});
  CHECK(kept_command(plan, "pool/advertise").input ==
        "metadata:\n  resourceVersion: \"56\"\nspec:\n  ipAddressPools:\n    - later\n    - "
        "default\n");
  CHECK(plan.steps.front().expect == "advertised on eth0");

  // Requested interfaces replace the old ones; a request for none removes them.
  live.pools = {"default"};
  Settings want = wanted();
  want.pool.interfaces.from = From::flag;
  want.pool.interfaces.value = {"eth1"};
  CHECK(kept_command(kept_plan("pool", seen, want), "pool/advertise").input ==
        "metadata:\n  resourceVersion: \"56\"\nspec:\n  interfaces:\n    - eth1\n");
  want.pool.interfaces.value = std::vector<std::string>{};
  CHECK(kept_command(kept_plan("pool", seen, want), "pool/advertise").input ==
        "metadata:\n  resourceVersion: \"56\"\nspec:\n  interfaces: null\n");
}

TEST_CASE("A pool that Kubespray's play writes is only proved", "[stages][keeps][pool][kubespray]")
{
  const StagePlan play{.stage = "metallb",
                       .verdict = Verdict::needed,
                       .steps = {{.id = "metallb/play", .action = Run{}}}};
  const Stage* pool = nullptr;
  for (const Stage& one : registry()) {
    pool = one.id == "pool" ? &one : pool;
  }
  REQUIRE(pool != nullptr);
  const std::vector<StagePlan> done{play};
  CHECK(step_ids(pool->plan(fresh(), wanted(), done)) == std::vector<std::string>{"pool/proof"});
  Settings want = wanted();
  want.pool.interfaces.from = From::flag;
  want.pool.interfaces.value = {"eth1"};
  CHECK(step_ids(pool->plan(fresh(), want, done)) ==
        std::vector<std::string>{"pool/advertise", "pool/proof"});
}

TEST_CASE("A Service controller that is somebody else's is changed with its risk taken only",
          "[stages][keeps][expose]")
{
  Observation seen = with_foreign_service();
  const StagePlan refused = kept_plan("expose", seen);
  REQUIRE(refused.verdict == Verdict::blocked);
  CHECK(refused.problems.at(0).id == "IPL-MLB-030");
  CHECK(refused.problems.at(0).what.find("spec.selector from app=web to ") != std::string::npos);

  Settings want = wanted();
  want.accept_risk.value = {"IPL-MLB-030"};
  const Command command = kept_command(kept_plan("expose", seen, want), "expose/apply");
  CHECK(has(command, "--type=strategic"));
  CHECK(command.input ==
        "metadata:\n  resourceVersion: \"77\"\nspec:\n  selector:\n"
        "    app.kubernetes.io/component: controller\n    app.kubernetes.io/instance: metallb\n"
        "    app.kubernetes.io/name: metallb\n    app: null\n  ports:\n"
        "    - port: 7472\n      name: monitoring\n      protocol: TCP\n      targetPort: 7472\n"
        "    - port: 80\n      name: port-80\n");

  seen.metallb.expose.value.labels["app.kubernetes.io/managed-by"] = "iplease";
  // It is our Service, whatever was changed.
  CHECK(kept_plan("expose", seen).verdict == Verdict::needed);
}

TEST_CASE("A Service controller that is right in all but its name of port is changed in that",
          "[stages][keeps][expose]")
{
  Observation seen = enabled();
  ServiceSeen& service = seen.metallb.expose.value;
  service.ports.front().name = "metrics";
  service.ports.front().target = "monitoring"; // the controller's own name for 7472
  CHECK(kept_command(kept_plan("expose", seen), "expose/apply").input ==
        "spec:\n  ports:\n    - port: 7472\n      name: monitoring\n      protocol: TCP\n");
  service.ports.front().target = "elsewhere";
  CHECK(kept_command(kept_plan("expose", seen), "expose/apply")
            .input.ends_with("targetPort: 7472\n"));
  service.ports.push_back({.name = "web", .port = 80, .target = "80", .protocol = "TCP"});
  CHECK(kept_plan("expose", seen).problems.at(0).id == "IPL-MLB-030");
}
