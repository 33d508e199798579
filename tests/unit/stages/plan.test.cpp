// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fresh.hpp"
#include <algorithm>
#include <set>

using namespace iplease;
using namespace iplease::test;

namespace {

Plan plan_of(const Observation& seen, const Settings& want = wanted())
{
  return make_plan(registry(), seen, want);
}

Command command_of(const StagePlan& plan, const std::string& step)
{
  for (const Step& one : plan.steps) {
    if (one.id == step) {
      return std::get<Run>(one.action).command;
    }
  }
  throw std::runtime_error("no step " + step);
}

} // namespace

TEST_CASE("Stage ids are unique, in product order, and every step belongs to its stage",
          "[stages][registry]")
{
  std::vector<std::string_view> ids;
  for (const Stage& stage : registry()) {
    ids.push_back(stage.id);
  }
  CHECK(ids == std::vector<std::string_view>{"preflight",
                                             "namespace",
                                             "metallb",
                                             "migrate",
                                             "expose",
                                             "pool",
                                             "strict-arp",
                                             "provider-values",
                                             "ip-operator",
                                             "provider",
                                             "verify"});
  std::set<std::string> steps;
  for (const StagePlan& stage : plan_of(fresh()).stages) {
    for (const Step& step : stage.steps) {
      CHECK(step.id.starts_with(stage.stage + "/"));
      CHECK(steps.insert(step.id).second);
      CHECK_FALSE(step.reason.empty());
    }
  }
}

TEST_CASE("A fresh provider needs every stage but those that do not apply", "[stages]")
{
  const Plan plan = plan_of(fresh());
  for (const StagePlan& stage : plan.stages) {
    CAPTURE(stage.stage, stage.reason);
    CHECK(stage.verdict != Verdict::blocked);
  }
  CHECK(stage(plan, "preflight").verdict == Verdict::satisfied);
  CHECK(stage(plan, "migrate").verdict == Verdict::satisfied);
  CHECK(stage(plan, "strict-arp").verdict == Verdict::satisfied);
  for (const char* id : {"namespace",
                         "metallb",
                         "expose",
                         "pool",
                         "provider-values",
                         "ip-operator",
                         "provider",
                         "verify"}) {
    CAPTURE(id);
    CHECK(stage(plan, id).verdict == Verdict::needed);
  }
}

TEST_CASE("An enabled provider needs nothing", "[stages]")
{
  const Plan plan = plan_of(enabled());
  for (const StagePlan& stage : plan.stages) {
    CAPTURE(stage.stage, stage.reason);
    CHECK(stage.verdict == Verdict::satisfied);
    CHECK(stage.steps.empty());
  }
}

TEST_CASE("The same observation and settings give the same plan", "[stages]")
{
  CHECK(plan_of(fresh()) == plan_of(fresh()));
}

TEST_CASE("Chart values follow the nodes, and the operator's are laid over them",
          "[stages][metallb]")
{
  Observation seen = fresh();
  CHECK(command_of(stage(plan_of(seen), "metallb"), "metallb/install").input ==
        "speaker:\n  ignoreExcludeLB: true\n");
  seen.nodes.front().no_schedule_taints = {"node-role.kubernetes.io/control-plane"};
  Settings want = wanted();
  want.metallb.values_json.value = R"({"speaker":{"frr":{"enabled":false}}})";
  CHECK(
      command_of(stage(plan_of(seen, want), "metallb"), "metallb/install").input ==
      "speaker:\n  ignoreExcludeLB: true\n  frr:\n    enabled: false\ncontroller:\n  tolerations:\n"
      "    - key: node-role.kubernetes.io/control-plane\n      operator: Exists\n");
  seen.nodes.push_back({.name = "worker", .ready = true});
  want.metallb.values_json.value.clear();
  CHECK(command_of(stage(plan_of(seen, want), "metallb"), "metallb/install").input == "{}\n");
}

TEST_CASE("An installed MetalLB is kept, changed when asked, never downgraded", "[stages][metallb]")
{
  Observation seen = enabled();
  seen.metallb.version = "0.15.3";
  CHECK(stage(plan_of(seen), "metallb").verdict == Verdict::satisfied);
  Settings want = wanted();
  want.metallb.version.value = "0.14.8";
  CHECK(stage(plan_of(seen, want), "metallb").problems.at(0).id == "IPL-MLB-010");
  seen.metallb.version = "0.14.8";
  want.metallb.version.value = "0.15.3";
  const std::vector<std::string> argv =
      command_of(stage(plan_of(seen, want), "metallb"), "metallb/install").argv;
  CHECK(std::find(argv.begin(), argv.end(), "--reset-then-reuse-values") != argv.end());
}

TEST_CASE("Speakers that honour the exclude label on an all-excluded cluster are told otherwise",
          "[stages][metallb]")
{
  Observation seen = enabled();
  seen.metallb.speakers.front().args = {"--port=7472"};
  const StagePlan plan = stage(plan_of(seen), "metallb");
  CHECK(plan.verdict == Verdict::needed);
  CHECK(command_of(plan, "metallb/install").input.find("ignoreExcludeLB: true") !=
        std::string::npos);
  seen.nodes.front().exclude_from_lb = false;
  CHECK(stage(plan_of(seen), "metallb").verdict == Verdict::satisfied);
}

TEST_CASE("Service controller takes the selector of the controller that is there",
          "[stages][expose]")
{
  Observation seen = enabled();
  seen.metallb.expose.value.selector = {{"app", "metallb"}};
  const StagePlan plan = stage(plan_of(seen), "expose");
  CHECK(plan.change == "change");
  CHECK(command_of(plan, "expose/apply").input.find("app.kubernetes.io/instance: metallb") !=
        std::string::npos);
  seen.metallb.expose.value = exposed();
  seen.metallb.expose.value.ports.front().name = "";
  CHECK(stage(plan_of(seen), "expose").change == "change");
}

TEST_CASE("A pool may grow, and may not lose an address in use", "[stages][pool]")
{
  Observation seen = enabled();
  Settings want = wanted();
  want.pool.addresses.value = ranges({"203.0.113.100-203.0.113.130"});
  const Plan grown = plan_of(seen, want);
  CHECK(stage(grown, "pool").verdict == Verdict::needed);
  CHECK(stage(grown, "pool").steps.front().owes.back().id == "verify");
  CHECK(stage(grown, "pool").steps.front().owes.front().id == "ip-operator-look");
  CHECK(step_ids(stage(grown, "ip-operator")).front() == "ip-operator/refresh");
  CHECK(stage(grown, "provider").verdict == Verdict::satisfied);
  want.pool.addresses.value = ranges({"203.0.113.110-203.0.113.120"});
  CHECK(stage(plan_of(seen, want), "pool").verdict == Verdict::needed);
  seen.load_balancers.push_back(
      {.name_space = "x", .name = "web", .type = "LoadBalancer", .addresses = {"203.0.113.100"}});
  CHECK(stage(plan_of(seen, want), "pool").problems.at(0).id == "IPL-POOL-020");
}

TEST_CASE("A pool without an advertisement gets only the advertisement", "[stages][pool]")
{
  Observation seen = enabled();
  seen.metallb.advertisements.value.front().pools = {"other"};
  CHECK(step_ids(stage(plan_of(seen), "pool")) ==
        std::vector<std::string>{"pool/advertise", "pool/proof"});
  seen.metallb.advertisements.value.front().pools.clear();
  CHECK(stage(plan_of(seen), "pool").verdict == Verdict::satisfied);
}

TEST_CASE("An advertisement of our name that serves another pool stays as it is", "[stages][pool]")
{
  Observation seen = enabled();
  seen.metallb.pools.value.push_back({.name = "premium", .name_space = "metallb-system"});
  seen.metallb.advertisements.value.front().pools = {"premium"};
  CHECK(stage(plan_of(seen), "pool").problems.at(0).id == "IPL-POOL-051");
  seen.metallb.advertisements.value.front().pools = {"premium", "default"};
  CHECK(stage(plan_of(seen), "pool").verdict == Verdict::satisfied);
}

TEST_CASE("The provider upgrade pins the installed chart and names the whole values file",
          "[stages][provider]")
{
  const std::string line =
      shell_line(command_of(stage(plan_of(fresh()), "provider"), "provider/upgrade").argv);
  CHECK(line.find("--version 19.0.2") != std::string::npos);
  CHECK(line.find("-f provider.yaml") != std::string::npos);
  CHECK(line.find("--set") == std::string::npos);
}

TEST_CASE("Where the chart's template ignores the value, the pod is restarted",
          "[stages][provider]")
{
  Observation seen = enabled();
  ReleaseSeen& release = seen.provider.release.value;
  release.chart_version = "12.1.2";
  release.app_version = seen.ip_operator.release.value.app_version;
  std::string values = seen.provider.release_values.value.reveal();
  values.replace(values.find("ipoperator: true"), 16, "ipoperator: false");
  seen.provider.release_values.value = Secret(values);
  seen.provider.env_ip_operator.value = "false";
  CHECK(step_ids(stage(plan_of(seen), "provider")).at(1) == "provider/restart");
  release.chart_version = "19.0.2";
  CHECK(step_ids(stage(plan_of(seen), "provider")).at(1) == "provider/ready");
}

TEST_CASE("A provider pod that is not Ready is replaced, because Kubernetes would not",
          "[stages][provider]")
{
  Observation seen = fresh();
  seen.provider.pod_ready = false;
  const StagePlan plan = stage(plan_of(seen), "provider");
  REQUIRE(step_ids(plan).at(3) == "provider/replace-pod");
  // Selected by revision: when the step runs, another pod may have this name.
  CHECK(shell_line(command_of(plan, "provider/replace-pod").argv)
            .find("-l app=akash-provider,controller-revision-hash=assumed") != std::string::npos);
}

TEST_CASE("A file and a release that differ are not chosen between", "[stages][values]")
{
  Observation seen = fresh();
  seen.provider.files = {
      {.path = "/root/provider.yaml",
       .exists = true,
       .text = Secret("domain: other.example.com\nfrom: x\nkey: a\nkeysecret: b\n")}};
  const StagePlan plan = stage(plan_of(seen), "provider-values");
  CHECK(plan.problems.at(0).id == "IPL-VAL-010");
  CHECK(plan.problems.at(0).exit == ExitCode::usage);
  Settings want = wanted();
  want.provider.values_from.value = ValuesFrom::release;
  CHECK(stage(plan_of(seen, want), "provider-values").verdict == Verdict::needed);
}

TEST_CASE("Values without the wallet are refused", "[stages][values]")
{
  Observation seen = fresh();
  seen.provider.release_values.value = Secret("ipoperator: true\n");
  CHECK(stage(plan_of(seen), "provider-values").problems.at(0).id == "IPL-VAL-009");
  CHECK(stage(plan_of(seen), "provider").verdict == Verdict::blocked);
}

TEST_CASE("A stuck IP operator is restarted after its cause is gone", "[stages][ip-operator]")
{
  Observation seen = enabled();
  seen.ip_operator.available.reset();
  seen.ip_operator.barrier = true;
  seen.metallb.expose = {.look = Look::absent};
  const Plan plan = plan_of(seen);
  CHECK(stage(plan, "expose").change == "create");
  CHECK(step_ids(stage(plan, "ip-operator")).front() == "ip-operator/restart");
}

TEST_CASE("Another provider address reaches a running IP operator by a restart",
          "[stages][ip-operator]")
{
  Observation seen = enabled();
  seen.ip_operator.provider_address.value = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y";
  CHECK(
      step_ids(stage(plan_of(seen), "ip-operator")) ==
      std::vector<std::string>{
          "ip-operator/install", "ip-operator/restart", "ip-operator/ready", "ip-operator/usage"});
}

TEST_CASE("Chart values of the IP operator that are not ours stay, an old image tag goes",
          "[stages][ip-operator]")
{
  Observation seen = enabled();
  seen.ip_operator.provider_address.value = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y";
  const auto install = [](const Observation& of) {
    return std::get<Run>(stage(plan_of(of), "ip-operator").steps.front().action).command;
  };
  const Command again = install(seen);
  CHECK(again.argv.back() == "--reset-then-reuse-values");
  CHECK(again.input.find("image:\n  tag: null\n") != std::string::npos);

  seen.ip_operator.release = {.look = Look::absent};
  const Command first = install(seen);
  CHECK(first.argv.back() != "--reset-then-reuse-values");
  CHECK(first.input.find("image") == std::string::npos);
}

TEST_CASE("Verification is owed from the first write until one passes", "[stages][verify]")
{
  Observation seen = enabled();
  seen.memory.verify_owed = true;
  const StagePlan plan = stage(plan_of(seen), "verify");
  CHECK(plan.verdict == Verdict::needed);
  CHECK(plan.steps.back().cleanup);
  CHECK(stage(plan_of(fresh()), "namespace").steps.front().owes.front().id == "verify");
}

TEST_CASE("Preflight blocks with an id per cause", "[stages][preflight]")
{
  const auto blocks = [](const Observation& seen, const Settings& want, const std::string& id) {
    for (const Problem& problem : stage(plan_of(seen, want), "preflight").problems) {
      if (problem.id == id) {
        return true;
      }
    }
    return false;
  };
  Observation seen = fresh();
  seen.namespaces.erase("lease");
  CHECK(blocks(seen, wanted(), "IPL-PRV-003"));
  seen = fresh();
  seen.crds.clear();
  CHECK(blocks(seen, wanted(), "IPL-PRV-004"));
  seen = fresh();
  seen.provider.release.value.status = "failed";
  CHECK(blocks(seen, wanted(), "IPL-PRV-002"));
  seen = fresh();
  seen.service_lb = {"svclb-web"};
  CHECK(blocks(seen, wanted(), "IPL-LBC-001"));
  seen = fresh();
  seen.load_balancers = {{.name_space = "x", .name = "web", .type = "LoadBalancer"}};
  CHECK(blocks(seen, wanted(), "IPL-LBC-002"));
  Settings accepting = wanted();
  accepting.accept_risk.value = {"IPL-LBC-002"};
  CHECK_FALSE(blocks(seen, accepting, "IPL-LBC-002"));
  // Tenants that lost their addresses to our own interrupted migration from 0.12. Some are pinned.
  // Others ask for an address themselves, and then only the copy of the ConfigMap shows it.
  seen.load_balancers.front().annotations["iplease.akash.network/pinned"] = "203.0.113.100";
  CHECK_FALSE(blocks(seen, wanted(), "IPL-LBC-002"));
  seen.load_balancers.front().annotations.clear();
  seen.memory.debts = {{.id = "unpin-services", .until = "no pin is left"}};
  CHECK_FALSE(blocks(seen, wanted(), "IPL-LBC-002"));
  seen.memory.debts.clear();
  seen.metallb.legacy_found = {{.name = "iplease-kept-config", .copy_of = "metallb"}};
  CHECK_FALSE(blocks(seen, wanted(), "IPL-LBC-002"));
  seen = enabled();
  seen.metallb.version = "0.16.2";
  CHECK(blocks(seen, wanted(), "IPL-MLB-001"));
  seen = fresh();
  seen.provider.release_values.value =
      Secret(seen.provider.release_values.value.reveal() + "letsEncrypt:\n  enabled: false\n");
  CHECK(blocks(seen, wanted(), "IPL-PRV-005"));
  Settings named = wanted();
  named.provider.address.value = "";
  CHECK(blocks(fresh(), named, "IPL-PRV-008"));
}

TEST_CASE("Every step that names a subject expects what the subject will be", "[stages][recovery]")
{
  const Plan plan = plan_of(fresh());
  const Observation after = enabled();
  for (const StagePlan& one : plan.stages) {
    for (const Step& step : one.steps) {
      // The end state's fixture lacks the provider's revision and the temporary Service.
      if (step.subject.empty() || step.subject.ends_with("akash-provider") ||
          step.subject.ends_with("verify")) {
        continue;
      }
      CAPTURE(step.id);
      CHECK(subject_state(fresh(), step.subject) == step.before);
      CHECK(subject_state(after, step.subject) == step.expect);
    }
  }
}

TEST_CASE("A step in flight whose subject is neither before nor after is in doubt",
          "[stages][recovery]")
{
  Observation seen = enabled();
  seen.memory.unfinished_run = "run-1";
  seen.memory.in_flight_step = "pool/apply";
  seen.memory.in_flight_subject = "pool/default";
  seen.memory.in_flight_before = "absent";
  seen.memory.in_flight_expect = subject_state(seen, "pool/default");
  CHECK(stage(plan_of(seen), "preflight").verdict == Verdict::satisfied);
  seen.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.110"};
  const StagePlan doubt = stage(plan_of(seen), "preflight");
  CHECK(doubt.problems.at(0).id == "IPL-RUN-004");
  CHECK(doubt.problems.at(0).exit == ExitCode::in_doubt);
  seen.memory.in_flight_subject = "release/metallb-system/metallb";
  seen.memory.in_flight_before = "absent";
  seen.memory.in_flight_expect = "deployed metallb-0.14.8 revision 1";
  seen.memory.release_writes["metallb-system/metallb"] = {
      .before = "absent", .expect = "deployed metallb-0.14.8 revision 1"};
  release(seen, "metallb").status = "pending-install";
  CHECK(stage(plan_of(seen), "preflight").verdict == Verdict::satisfied);
  release(seen, "metallb").revision = 2; // another helm ran after ours
  const StagePlan others = stage(plan_of(seen), "preflight");
  CHECK(std::ranges::any_of(others.problems,
                            [](const Problem& one) { return one.id == "IPL-RUN-004"; }));
}
