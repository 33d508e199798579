// SPDX-License-Identifier: Apache-2.0
#include "undo_provider.hpp"

#include <iplease/core/sha256.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/stages/undo.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "release.hpp"
#include "restarts.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;

ValuesFacts facts_of(const Secret& values)
{
  auto read = read_values(values, "values");
  auto* facts = std::get_if<ValuesFacts>(&read);
  return facts == nullptr ? ValuesFacts{} : std::move(*facts);
}

bool is_on(const Secret& values)
{
  return facts_of(values).ipoperator == ValuesFacts::State::is_true;
}

/// The file's text after stage provider-values.
Secret text_after(const Observation& seen, const ValuesFileSeen& file)
{
  for (const FileBack& back : files_back(seen)) {
    if (back.path == file.path && !back.changes.empty()) {
      return back.after;
    }
  }
  return file.text;
}

/// The upgrade with the operator's own file if that means the same, else with the release's values
/// without iplease's.
Step undo_upgrade(const Observation& seen,
                  const Settings& want,
                  const ReleaseStart& start,
                  const ReleaseBack& back)
{
  const ReleaseSeen& release = seen.provider.release.value;
  const std::string chart = wanted_provider_chart(seen, want);
  Step step{.id = "provider/upgrade",
            .reason = "the values of release " + release.name + " without what we set",
            .subject = release_subject(release),
            .before = start.before,
            .expect = start.after("provider-" + chart),
            .pays = {"verify"},
            .proves = "release upgraded, chart " + chart};
  for (const ValuesFileSeen& file : seen.provider.files) {
    const Secret text = file.exists && file.error.empty() ? text_after(seen, file) : Secret();
    if (!text.reveal().empty() && values_difference(text, back.after).empty()) {
      step.action =
          Run{.command = provider_upgrade(seen, want, file.path),
              .holds = FileHolds{
                  .path = file.path, .sha256 = sha256_hex(text.reveal()), .id = "IPL-VAL-012"}};
      return step;
    }
  }
  Command command = provider_upgrade(seen, want, "-");
  command.input = back.after.reveal();
  command.secret_input = true;
  step.action = Run{.command = std::move(command)};
  return step;
}

void add_undo_restart(StagePlan& plan,
                      const Observation& seen,
                      const Settings& want,
                      const ReleaseBack& back)
{
  const bool upgrade = back.needed();
  const bool same_template =
      upgrade && back.changes.size() == 1 &&
      template_ignores_ipoperator(wanted_provider_chart(seen, want),
                                  facts_of(back.after).lets_encrypt.value_or(false));
  switch (provider_restart(seen, upgrade, same_template)) {
  case ProviderRestart::none:
    return;
  case ProviderRestart::roll:
    plan.steps.push_back(roll_provider(seen, want));
    return;
  case ProviderRestart::replace:
    plan.steps.push_back(
        replace_provider(
            seen, want, "a pod that is not Ready is not replaced by a StatefulSet upgrade")
            .front());
    return;
  }
}

std::vector<Problem>
undo_refusals(const Observation& seen, const Settings& want, const ReleaseBack& back)
{
  const std::string workload = facts::provider_names(seen, want).workload();
  if (facts::provider_scaled_to_zero(seen) && !want.accepts("IPL-PRV-085")) {
    return {{.id = "IPL-PRV-085",
             .what = "the provider is scaled to 0, and the upgrade would start it",
             .saw = "kubectl -n akash-services get " + workload + ": spec.replicas is 0",
             .exit = ExitCode::blocked}};
  }
  if (!seen.provider.values_doubts.empty()) {
    return {{.id = "IPL-VAL-015",
             .what = "Helm's JSON of the release's values means something else than its YAML",
             .saw = seen.provider.values_doubts.front(),
             .exit = ExitCode::blocked}};
  }
  ValuesDecision values;
  values.path = "the release's values";
  values.after = back.after;
  values.upgrade_release = true;
  values.facts = facts_of(back.after);
  auto refused = upgrade_refusal(seen, want, values);
  return refused ? std::vector<Problem>{*std::move(refused)} : std::vector<Problem>{};
}

/// An undo died after its upgrade; the pod may still be the old one.
bool restart_is_left(const Observation& seen)
{
  const Seen<std::string>& environment = seen.provider.env_ip_operator;
  return seen.memory.unfinished_command == "undo" && environment.found() &&
         environment.value == "true" && !is_on(seen.provider.release_values.value);
}

StagePlan nothing_back(const Observation& seen, const ReleaseBack& back)
{
  StagePlan plan =
      satisfied("release " + seen.provider.release.value.name + " has nothing of ours");
  plan.kept = back.kept;
  if (!seen.memory.enabled && is_on(seen.provider.release_values.value)) {
    plan.kept.push_back("release " + seen.provider.release.value.name +
                        ": ipoperator is true; whether it was before is not known here. To turn it "
                        "off, take it and the attributes out of provider.yaml and upgrade");
  }
  return plan;
}

} // namespace

namespace stages {

ReleaseBack release_back(const Observation& seen)
{
  ReleaseBack back;
  const Seen<Secret>& values = seen.provider.release_values;
  if (!seen.provider.release.found() || !values.found()) {
    return back;
  }
  const ReleaseSeen& release = seen.provider.release.value;
  back.after = values.value;
  const MadeSeen* made = find_made(seen, release_subject(release));
  if (made == nullptr) {
    return back;
  }
  const std::string named = "release " + release.name;
  auto restored = restore_values(values.value, "values of the release", made->fields);
  if (auto* problems = std::get_if<std::vector<Problem>>(&restored)) {
    back.problems = std::move(*problems);
    return back;
  }
  auto& good = std::get<RestoredValues>(restored);
  back.after = Secret(std::move(good.text));
  back.changes = std::move(good.changes);
  for (const std::string& kept : good.kept) {
    back.kept.push_back(named + ": " + kept);
  }
  if (made->fields.empty() && is_on(values.value)) {
    back.kept.push_back(named +
                        ": ipoperator was true before, or that iplease did not write down "
                        "what was (it was " +
                        made->before + ")");
  }
  const auto chart = made->fields.find("chart");
  if (chart == made->fields.end() || release.chart_version == chart->second.was) {
    return back;
  }
  if (std::ranges::count(chart->second.is, release.chart_version) > 0) {
    back.chart = chart->second.was;
  } else {
    back.kept.push_back(named + ": its chart is " + release.chart_version +
                        ", and we had made it " + chart->second.is.back());
  }
  return back;
}

} // namespace stages

StagePlan undo_provider(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  if (!seen.provider.release.found()) {
    return satisfied("there is no release of the provider");
  }
  const ReleaseBack back = release_back(seen);
  if (!back.problems.empty()) {
    return blocked(back.problems);
  }
  const bool left = restart_is_left(seen);
  if (!back.needed() && !left) {
    return nothing_back(seen, back);
  }
  ReleaseStart start =
      start_of(seen, target_of(seen, want), "provider", &seen.provider.release.value);
  if (!start.problems.empty()) {
    return blocked(std::move(start.problems));
  }
  if (auto problems = undo_refusals(seen, want, back); back.needed() && !problems.empty()) {
    return blocked(std::move(problems));
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "restarts " + facts::provider_names(seen, want).pod +
                           " once; bidding pauses for about a minute",
                 .change = "change",
                 .notes = back.changes,
                 .kept = back.kept};
  if (!back.chart.empty()) {
    plan.notes.push_back("chart " + seen.provider.release.value.chart_version + " → " + back.chart);
  }
  if (back.needed()) {
    plan.steps = std::move(start.heal);
    plan.steps.push_back(undo_upgrade(seen, want, start, back));
  }
  if (!facts::provider_scaled_to_zero(seen)) {
    add_undo_restart(plan, seen, want, back);
    std::ranges::move(provider_proof(seen, want, is_on(back.after) ? "true" : "false"),
                      std::back_inserter(plan.steps));
  }
  return plan;
}

Settings undo_settings(const Observation& seen, Settings want)
{
  want.provider.chart_version = {.value = "installed"};
  if (const std::string chart = release_back(seen).chart; !chart.empty()) {
    want.provider.chart_version = {
        .value = chart, .from = From::cluster, .where = "the chart before enable"};
  }
  want.ip_operator_chart_version = {.value = "installed", .where = "none is looked for"};
  return want;
}

std::optional<Secret> undo_values(const Observation& seen)
{
  const ReleaseBack back = release_back(seen);
  return back.needed() && back.problems.empty() ? std::optional(back.after) : std::nullopt;
}

} // namespace iplease
