// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "release.hpp"
#include "restarts.hpp"
#include "speakers.hpp"
#include "successor.hpp"
#include "support.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;
using facts::provider_names;
using facts::ProviderNames;

bool pod_is_newest(const Observation& seen)
{
  const ProviderSeen& provider = seen.provider;
  return provider.stateful_set.found() && provider.pod_revision.found() &&
         provider.pod_revision.value == provider.stateful_set.value.update_revision;
}

bool pod_is_current(const Observation& seen)
{
  return pod_is_newest(seen) && seen.provider.pod_ready;
}

bool env_is_on(const Observation& seen)
{
  return seen.provider.env_ip_operator.found() && seen.provider.env_ip_operator.value == "true";
}

/// The pod runs, is the newest, has the switch, and does not work: it looked for the IP operator
/// once, too early.
bool hangs(const Observation& seen)
{
  return env_is_on(seen) && pod_is_newest(seen) && !seen.provider.pod_ready;
}

/// The chart's own `replicas: 1` would start a provider that was stopped for maintenance.
Problem starts_provider(const ProviderNames& names)
{
  return {.id = "IPL-PRV-085",
          .what = "the provider is scaled to 0, and the upgrade would start it",
          .saw = "$ kubectl -n akash-services get " + names.workload() + "\nspec.replicas: 0",
          .fix = "when the maintenance is over: kubectl -n akash-services scale " +
                 names.workload() +
                 " --replicas=1, then iplease enable; or let enable start it: --accept-risk "
                 "IPL-PRV-085",
          .exit = ExitCode::blocked};
}

std::string change_note(const UpgradeChange& change)
{
  switch (change.weight) {
  case Weight::prices:
    return "PRICES change with this upgrade: " + change.text;
  case Weight::image:
    return "the IMAGE changes with this upgrade: " + change.text;
  case Weight::resources:
    return "RESOURCES change with this upgrade: " + change.text;
  case Weight::other:
    break;
  }
  return "also changes with this upgrade: " + change.text;
}

/// Helm reads the file when the upgrade starts, minutes after iplease looked at it, so it must
/// still hold what was planned and tried. Without a cluster there is no file to compare.
std::optional<FileHolds> unchanged(const Observation& seen, const ValuesDecision& values)
{
  if (seen.assumed) {
    return std::nullopt;
  }
  return FileHolds{
      .path = values.path, .sha256 = sha256_hex(values.after.reveal()), .id = "IPL-VAL-012"};
}

/// What the upgrade changes in the release, for `undo`.
std::vector<FieldChange>
release_changes(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  std::vector<FieldChange> changes = values_changes(
      seen.provider.release_values.value, values.after, want.provider.attributes.value);
  const std::string& chart = seen.provider.release.value.chart_version;
  if (wanted_provider_chart(seen, want) != chart) {
    changes.push_back({.field = "chart", .was = chart, .is = wanted_provider_chart(seen, want)});
  }
  return changes;
}

Step upgrade_step(const Observation& seen,
                  const Settings& want,
                  const ValuesDecision& values,
                  const ReleaseStart& start)
{
  const std::string release = provider_names(seen, want).release;
  return {.id = "provider/upgrade",
          .reason = "ipoperator and attributes for release " + release,
          .action = Run{.command = provider_upgrade(seen, want, values.path),
                        .watch = pods_of(
                            target_of(seen, want), k_akash_ns, provider_names(seen, want).selector),
                        .holds = unchanged(seen, values)},
          .subject = "release/akash-services/" + release,
          .before = start.before,
          .expect = start.after("provider-" + wanted_provider_chart(seen, want)),
          .fields = release_changes(seen, want, values),
          .proves = "release upgraded, chart " + wanted_provider_chart(seen, want)};
}

/// Whether iplease's own dead helm had already changed the pod, which is still starting. The next
/// helm changes nothing in it, and it must not start twice.
bool is_coming_up(const Observation& seen, const ReleaseStart& start)
{
  const ProviderSeen& provider = seen.provider;
  const auto& env = provider.stateful_set.value.env;
  const auto own = env.find("AKASH_IP_OPERATOR");
  return start.ours && provider.empty_keys.value.empty() && provider.stateful_set.found() &&
         provider.pod_revision.value == provider.stateful_set.value.update_revision &&
         (own == env.end() || own->second == "true");
}

/// Adds what brings the new environment into the pod if helm's upgrade alone does not.
void add_restart(StagePlan& plan,
                 const Observation& seen,
                 const Settings& want,
                 const ValuesDecision& values,
                 const ReleaseStart& start)
{
  if (facts::provider_scaled_to_zero(seen)) {
    plan.steps.push_back({.id = "provider/scale",
                          .reason = "the provider is scaled to 0, and its start was accepted",
                          .action = Run{.command = kubectl(target_of(seen, want),
                                                           {"--namespace",
                                                            k_akash_ns,
                                                            "patch",
                                                            provider_names(seen, want).workload(),
                                                            "--type=merge",
                                                            "-p",
                                                            R"({"spec":{"replicas":1}})"})},
                          .proves = "started"});
    return;
  }
  const bool upgrade = plan.change == "change";
  const bool right = env_is_on(seen) && pod_is_current(seen);
  const bool attributes_change = values.changes.size() > 1;
  const bool same_template = upgrade && !attributes_change && !right &&
                             template_ignores_ipoperator(wanted_provider_chart(seen, want),
                                                         values.facts.lets_encrypt.value_or(false));
  switch (provider_restart(seen, upgrade, same_template)) {
  case ProviderRestart::none:
    return;
  case ProviderRestart::roll:
    plan.steps.push_back(roll_provider(seen, want));
    return;
  case ProviderRestart::replace:
    if (!upgrade && hangs(seen)) {
      std::ranges::move(replace_provider(seen, want, plan.reason), std::back_inserter(plan.steps));
    } else if (seen.provider.pod_revision.found() && !is_coming_up(seen, start)) {
      const std::string& waiting = seen.provider.pod_waiting;
      plan.steps.push_back(
          replace_provider(seen,
                           want,
                           "a pod that is not Ready is not replaced by a StatefulSet upgrade" +
                               (waiting.empty() ? "" : " (" + waiting + ")"))
              .front());
    }
    return;
  }
}

/// Why a restart without an upgrade would do harm: the pod's objects are missing or incomplete. A
/// running pod is given up only for one that is proven to start.
std::vector<Problem> restart_problems(const Observation& seen)
{
  const Seen<WorkloadSeen>& set = seen.provider.stateful_set;
  const bool proves = hangs(seen) && seen.provider.held.look != Look::not_looked;
  std::string saw;
  for (const std::string& line :
       proves ? provider_start_doubts(seen) : incomplete_objects(set.value, seen.provider.held)) {
    saw += (saw.empty() ? "" : "\n") + line;
  }
  if (saw.empty()) {
    return {};
  }
  return {{.id = "IPL-PRV-065",
           .what = "the provider's next pod would not start, and this one is not restarted",
           .saw = saw,
           .exit = ExitCode::blocked}};
}

/// The stage if neither an upgrade nor a restart is due; otherwise nothing.
std::optional<StagePlan>
right_already(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  if (needs_upgrade(seen, want, values)) {
    return std::nullopt;
  }
  if (facts::provider_scaled_to_zero(seen)) {
    return satisfied(
        "scaled to 0; its release turns IP leases on, and they are on when you scale " +
        provider_names(seen, want).workload() + " up again");
  }
  if (env_is_on(seen) && pod_is_current(seen)) {
    return satisfied("AKASH_IP_OPERATOR is true inside the pod, chart " +
                     wanted_provider_chart(seen, want));
  }
  return std::nullopt;
}

/// Why the provider must be neither upgraded nor restarted now.
std::vector<Problem>
refusals(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  if (facts::provider_scaled_to_zero(seen) && !want.accepts("IPL-PRV-085")) {
    return {starts_provider(provider_names(seen, want))};
  }
  if (auto refused = upgrade_refusal(seen, want, values)) {
    return {std::move(*refused)};
  }
  return needs_upgrade(seen, want, values) ? std::vector<Problem>{} : restart_problems(seen);
}

std::string reason_for(const Observation& seen, const ProviderNames& names, bool upgrade)
{
  if (!upgrade && hangs(seen)) {
    const std::string& why = seen.provider.pod_waiting;
    return names.pod + " runs and is not Ready" + (why.empty() ? "" : ": " + why);
  }
  if (!upgrade) {
    return "the pod does not run with AKASH_IP_OPERATOR=true";
  }
  return facts::provider_scaled_to_zero(seen)
             ? "starts " + names.pod + ", which is scaled to 0 (risk accepted)"
             : "restarts " + names.pod + " once; bidding pauses for about a minute, leases stay";
}

} // namespace

StagePlan
plan_provider(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  if (!seen.provider.release.found()) {
    return blocked(
        {{.id = "IPL-PRV-001",
          .what = "there is no Helm release " + want.provider.release.value + " in akash-services",
          .exit = ExitCode::blocked}});
  }
  const ValuesDecision values = decide_values(seen, want);
  if (!values.problems.empty()) {
    StagePlan plan = blocked({});
    plan.reason = "the provider values are not settled (stage provider-values)";
    return plan;
  }
  const Target target = target_of(seen, want);
  ReleaseStart start = start_of(seen, target, "provider", &seen.provider.release.value);
  if (!start.problems.empty()) {
    return blocked(std::move(start.problems));
  }
  if (auto right = right_already(seen, want, values)) {
    return std::move(*right);
  }
  if (auto problems = refusals(seen, want, values); !problems.empty()) {
    return blocked(std::move(problems));
  }
  const bool upgrade = needs_upgrade(seen, want, values);
  StagePlan plan{.verdict = Verdict::needed, .change = upgrade ? "change" : ""};
  plan.reason = reason_for(seen, provider_names(seen, want), upgrade);
  plan.notes.push_back("chart version " + wanted_provider_chart(seen, want) +
                       " is pinned to the installed one (the guide leaves it open)");
  for (const UpgradeChange& change : upgrade_changes(seen, want, values)) {
    plan.notes.push_back(change_note(change));
  }
  plan.steps = speaker_waits_left("provider", seen, want, done);
  if (upgrade) {
    std::ranges::move(start.heal, std::back_inserter(plan.steps));
    plan.steps.push_back(upgrade_step(seen, want, values, start));
  }
  add_restart(plan, seen, want, values, start);
  std::ranges::move(provider_proof(seen, want, "true"), std::back_inserter(plan.steps));
  return plan;
}

} // namespace iplease
