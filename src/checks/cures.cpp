// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/cures.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>

#include "../stages/legacy.hpp"
#include "../stages/pool.hpp"
#include "../stages/support.hpp"
#include "health.hpp"
#include <algorithm>
#include <iterator>
#include <set>

namespace iplease {

namespace {

using namespace stages;
using checks::operator_answers;

/// What cures an id: stages of enable, and what has to be done beside them.
struct Cure {
  std::string_view id;
  std::vector<std::string_view> stages{};
  bool lease_namespace = false;
  bool restart_operator = false;
  bool refresh_operator = false;
  bool bounce_provider = false;
};

const std::vector<Cure>& cures()
{
  static const std::vector<Cure> all{
      {.id = "IPL-MLB-016", .stages = {"metallb"}},
      {.id = "IPL-MLB-022", .stages = {"namespace"}},
      {.id = "IPL-CLU-052", .stages = {"namespace"}},
      {.id = "IPL-MLB-023", .stages = {"expose"}},
      {.id = "IPL-MLB-024", .stages = {"expose"}},
      {.id = "IPL-MLB-025", .stages = {"expose"}},
      {.id = "IPL-POOL-040", .stages = {"pool"}},
      {.id = "IPL-POOL-041", .stages = {"pool"}},
      {.id = "IPL-POOL-043", .stages = {"pool"}},
      {.id = "IPL-STR-004", .stages = {"strict-arp"}},
      {.id = "IPL-STR-005", .stages = {"strict-arp"}},
      {.id = "IPL-PRV-003", .lease_namespace = true},
      {.id = "IPL-IPO-003", .refresh_operator = true},
      {.id = "IPL-IPO-010", .stages = {"ip-operator"}},
      {.id = "IPL-IPO-013", .stages = {"ip-operator"}, .restart_operator = true},
      {.id = "IPL-IPO-014", .restart_operator = true},
      {.id = "IPL-IPO-015", .restart_operator = true},
      {.id = "IPL-IPO-016", .restart_operator = true},
      {.id = "IPL-IPO-019", .stages = {"ip-operator"}, .restart_operator = true},
      {.id = "IPL-IPO-020", .restart_operator = true},
      {.id = "IPL-PRV-010", .bounce_provider = true},
      {.id = "IPL-PRV-011", .bounce_provider = true},
      {.id = "IPL-PRV-012", .bounce_provider = true},
      {.id = "IPL-PRV-021", .stages = {"provider-values", "provider"}},
      {.id = "IPL-PRV-022", .stages = {"provider-values", "provider"}},
  };
  return all;
}

const Cure* cure_of(std::string_view id)
{
  const auto at = std::ranges::find(cures(), id, &Cure::id);
  return at == cures().end() ? nullptr : &*at;
}

std::string operator_workload(const Facts& facts)
{
  const Seen<WorkloadSeen>& deployment = facts.seen.ip_operator.deployment;
  return "deployment/" + (deployment.found() ? deployment.value.name : "operator-ip");
}

std::string operator_service(const Facts& facts)
{
  return facts.seen.ip_operator.service.empty() ? "operator-ip:rest"
                                                : facts.seen.ip_operator.service;
}

Command akash(const Facts& facts, std::vector<std::string> words)
{
  words.insert(words.begin(), {"--namespace", k_akash_ns});
  return kubectl(target_of(facts.seen, facts.want), std::move(words));
}

/// The pool as it is, unless the plan has stage pool: --fix does not change it to other wishes.
std::uint64_t total_of(const Facts& facts, bool pool_changes)
{
  const std::optional<PoolSeen> pool = stages::pool_in_force(facts.seen);
  return !pool || pool_changes ? pool_count(facts.want)
                               : count(parsed(pool->addresses), pool->avoid_buggy_ips);
}

Step operator_counts(const Facts& facts, std::string id, std::uint64_t wanted)
{
  const std::string total = std::to_string(wanted);
  return {.id = std::move(id),
          .reason = "/usage counts the " + total + " addresses of the pool",
          .action =
              WaitUntil{.probe = kubectl_get_raw(target_of(facts.seen, facts.want),
                                                 "/api/v1/namespaces/akash-services/services/" +
                                                     operator_service(facts) + "/proxy/usage"),
                        .pattern = "\"Available\":" + total + "[,}]",
                        .limit = facts.want.timeout("ip-operator"),
                        .what = "the IP operator to count " + total + " addresses"},
          .pays = {"ip-operator-look"},
          .failure_id = "IPL-IPO-003"};
}

StagePlan restart_operator(const Facts& facts, std::uint64_t wanted)
{
  StagePlan plan{.stage = "ip-operator",
                 .verdict = Verdict::needed,
                 .reason = "an IP operator that hangs never looks again by itself",
                 .change = "change"};
  plan.steps.push_back(
      {.id = "ip-operator/bounce",
       .reason = "restart " + operator_workload(facts),
       .action = Run{.command = akash(facts, {"rollout", "restart", operator_workload(facts)})}});
  plan.steps.push_back(rollout(target_of(facts.seen, facts.want),
                               "ip-operator/bounced",
                               {.name_space = k_akash_ns,
                                .workload = operator_workload(facts),
                                .pod_selector = "",
                                .limit = facts.want.timeout("ip-operator")}));
  plan.steps.push_back(operator_counts(facts, "ip-operator/answers", wanted));
  return plan;
}

StagePlan refresh_operator(const Facts& facts, std::uint64_t wanted)
{
  StagePlan plan{.stage = "ip-operator",
                 .verdict = Verdict::needed,
                 .reason = "the IP operator looks at the pool every 10 minutes only",
                 .change = "change"};
  constexpr const char* manifest =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: iplease-refresh\n"
      "  namespace: metallb-system\n";
  const Target target = target_of(facts.seen, facts.want);
  plan.steps.push_back(
      {.id = "ip-operator/refresh",
       .reason = "a ConfigMap event in metallb-system makes the IP operator read the pools at once",
       .action = Run{.command = kubectl_apply(target, manifest)}});
  plan.steps.push_back({.id = "ip-operator/refresh-cleanup",
                        .reason = "remove the ConfigMap again",
                        .action = Run{.command = kubectl(target,
                                                         {"--namespace",
                                                          k_metallb_ns,
                                                          "delete",
                                                          "configmap",
                                                          "iplease-refresh",
                                                          "--ignore-not-found"})},
                        .cleanup = true});
  plan.steps.push_back(operator_counts(facts, "ip-operator/counts", wanted));
  return plan;
}

StagePlan bounce_provider(const Facts& facts)
{
  const std::string name = provider_full_name(facts.want.provider.release.value);
  const Target target = target_of(facts.seen, facts.want);
  StagePlan plan{.stage = "provider",
                 .verdict = Verdict::needed,
                 .reason =
                     "a provider that hangs, or an older pod, goes on so until it is replaced",
                 .change = "change"};
  // kubectl's own wait looks at the pod and then lists by name: when the new pod of the same name
  // comes between, it waits for that one to go, for ever (k8s.io/kubectl pkg/cmd/wait/delete.go;
  // seen with 1.34).
  plan.steps.push_back(
      {.id = "provider/bounce",
       .reason = "replace " + name + "-0; leases stay, bidding pauses for about a minute",
       .action =
           Run{.command = akash(
                   facts, {"delete", "pod", name + "-0", "--ignore-not-found", "--wait=false"})}});
  plan.steps.push_back(
      {.id = "provider/replaced",
       .reason = "the old pod is gone, the new one is there",
       .action =
           WaitUntil{.probe = kubectl_jsonpath(target,
                                               {"--namespace", k_akash_ns, "pod/" + name + "-0"},
                                               "{.metadata.deletionTimestamp}/{.metadata.name}"
                                               " on {.spec.nodeName}"),
                     .pattern = "^/" + name + "-0 on", // without a node while it is not scheduled
                     .limit = facts.want.timeout("provider"),
                     .what = "a new pod in the place of the old",
                     .watch = pods_of(target, k_akash_ns, "app=akash-provider")},
       .failure_id = "IPL-PRV-026"});
  plan.steps.push_back(
      {.id = "provider/bounced",
       .reason = "8443/status answers",
       .action =
           WaitUntil{.probe = kubectl_get_raw(target,
                                              "/api/v1/namespaces/akash-services/services/https:" +
                                                  name + ":8443/proxy/status"),
                     .pattern = "\"cluster\"",
                     .limit = facts.want.timeout("provider"),
                     .what = "the provider to answer on 8443/status"},
       .failure_id = "IPL-PRV-012"});
  return plan;
}

StagePlan lease_namespace(const Facts& facts)
{
  StagePlan plan{.stage = "namespace",
                 .verdict = Verdict::needed,
                 .reason = "namespace lease not found",
                 .change = "create"};
  plan.steps.push_back({.id = "namespace/lease",
                        .reason = "the IP operator ends at its start without it",
                        .action = Run{.command = kubectl(target_of(facts.seen, facts.want),
                                                         {"create", "namespace", "lease"})}});
  return plan;
}

struct Needs {
  std::set<std::string_view> stages{};
  bool lease_namespace = false;
  bool restart_operator = false;
  bool refresh_operator = false;
  bool bounce_provider = false;
};

void add_needs(Needs& needs, const Cure& cure, const Facts& facts)
{
  needs.stages.insert(cure.stages.begin(), cure.stages.end());
  needs.lease_namespace = needs.lease_namespace || cure.lease_namespace;
  needs.restart_operator = needs.restart_operator || cure.restart_operator;
  needs.refresh_operator = needs.refresh_operator || cure.refresh_operator;
  needs.bounce_provider = needs.bounce_provider || cure.bounce_provider;
  if (needs.stages.contains("pool") && operator_answers(facts.seen)) {
    needs.refresh_operator = true; // stage pool owes its look
  }
  const bool cause_of_hanging = cure.id.starts_with("IPL-MLB-02") || cure.lease_namespace;
  if (cause_of_hanging && facts.seen.ip_operator.barrier) {
    // It looked while the way was broken and will not look again.
    needs.restart_operator = true;
  }
}

/// Adds a stage, or its steps to the one of the same name.
void add_stage(Plan& plan, StagePlan stage)
{
  const auto at = std::ranges::find(plan.stages, stage.stage, &StagePlan::stage);
  if (at == plan.stages.end()) {
    plan.stages.push_back(std::move(stage));
    return;
  }
  at->steps.insert(at->steps.end(),
                   std::make_move_iterator(stage.steps.begin()),
                   std::make_move_iterator(stage.steps.end()));
}

void add_from_enable(Plan& plan, const StagePlan& stage, const Needs& needs)
{
  if (stage.verdict == Verdict::satisfied || !needs.stages.contains(stage.stage)) {
    return;
  }
  StagePlan taken = stage;
  if (taken.stage == "ip-operator" && needs.restart_operator) {
    // A pod that crashes takes the new address up only after its back-off: prove after the restart.
    std::erase_if(taken.steps, [](const Step& step) {
      return step.id != "ip-operator/install" && step.id != "ip-operator/heal";
    });
  }
  add_stage(plan, std::move(taken));
}

} // namespace

bool is_curable(std::string_view id)
{
  return cure_of(id) != nullptr;
}

namespace {

/// What changes something owes a verification; with faults left it would only fail, so it stays
/// owed until they are cured.
void add_verification(Cures& out, const Facts& facts)
{
  for (const Stage& stage : registry()) {
    if (stage.id == "verify" && out.left.empty() && out.plan.changes()) {
      StagePlan plan = stage.plan(facts.seen, facts.want, out.plan.stages);
      plan.stage = stage.id;
      out.plan.stages.push_back(std::move(plan));
    }
  }
}

} // namespace

namespace {

void add_cures(Plan& plan, const Facts& facts, const Plan& enable, const Needs& needs)
{
  if (needs.lease_namespace) {
    add_stage(plan, lease_namespace(facts));
  }
  const std::uint64_t total = total_of(facts, needs.stages.contains("pool"));
  for (const StagePlan& stage : enable.stages) {
    add_from_enable(plan, stage, needs);
    if (stage.stage == "ip-operator" && needs.restart_operator) {
      add_stage(plan, restart_operator(facts, total));
    } else if (stage.stage == "ip-operator" && needs.refresh_operator) {
      add_stage(plan, refresh_operator(facts, total));
    }
    if (stage.stage == "provider" && needs.bounce_provider) {
      add_stage(plan, bounce_provider(facts));
    }
  }
}

} // namespace

Cures plan_cures(const Facts& facts, const Plan& enable, const std::vector<Finding>& findings)
{
  Cures out;
  Needs needs;
  for (const Finding& finding : findings) {
    if (finding.outcome != Outcome::fail && finding.outcome != Outcome::warn) {
      continue;
    }
    const Cure* cure = cure_of(finding.id);
    // A Deployment that was deleted by hand below a deployed release: only Helm brings it back.
    const bool by_helm = finding.id == "IPL-IPO-010" && facts.seen.ip_operator.release.found();
    const bool known = cure != nullptr && !by_helm && !finding.what.ends_with("(risk accepted)");
    if (known) {
      add_needs(needs, *cure, facts);
    } else {
      out.left.push_back(finding);
    }
  }
  add_cures(out.plan, facts, enable, needs);
  add_verification(out, facts);
  return out;
}

} // namespace iplease
