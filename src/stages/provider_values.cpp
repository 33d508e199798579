// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/core/version.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "support.hpp"
#include <algorithm>

namespace iplease {

using namespace stages;

std::string wanted_provider_chart(const Observation& seen, const Settings& want)
{
  return want.provider.chart_version.value == "installed"
             ? seen.provider.release.value.chart_version
             : want.provider.chart_version.value;
}

bool needs_upgrade(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  const ReleaseSeen& release = seen.provider.release.value;
  return values.upgrade_release || release.status != "deployed" ||
         wanted_provider_chart(seen, want) != release.chart_version;
}

Command
provider_upgrade(const Observation& seen, const Settings& want, const std::string& values_file)
{
  return helm_upgrade(
      target_of(seen, want),
      {.release = facts::provider_names(seen, want).release,
       .name_space = k_akash_ns,
       .chart = {want.repositories.akash.value, "provider", wanted_provider_chart(seen, want)},
       .values_file = values_file,
       .install = false,
       .timeout = want.timeout("provider")});
}

Problem silent_repository(const std::string& repository, const std::string& why)
{
  return {.id = "IPL-HELM-054",
          .what = "the chart repository " + repository + " cannot be reached",
          .saw = why,
          .exit = ExitCode::blocked};
}

namespace {

/// Why there is no upgrade to try. The API server was not asked.
std::optional<Problem> not_rendered(const Observation& seen, const Settings& want)
{
  const Looked& render = seen.upgrade_render;
  const std::string& repository = want.repositories.akash.value;
  const std::string chart = "chart provider " + wanted_provider_chart(seen, want);
  switch (render.look) {
  case Look::unreachable:
    return silent_repository(repository, render.why);
  case Look::absent:
    return Problem{.id = "IPL-HELM-053",
                   .what = repository + " has no " + chart,
                   .saw = render.why,
                   .exit = ExitCode::blocked};
  case Look::failed:
    return Problem{.id = "IPL-HELM-057",
                   .what = "helm cannot render " + chart + " with the planned values",
                   .saw = render.why,
                   .exit = ExitCode::blocked};
  default:
    return std::nullopt;
  }
}

} // namespace

std::optional<Problem>
upgrade_refusal(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  Problem problem{.id = "IPL-PRV-005", .exit = ExitCode::blocked};
  const std::string version = wanted_provider_chart(seen, want);
  const Seen<std::string>& trial = seen.upgrade_trial;
  const bool tried = trial.found() || trial.look == Look::not_looked;
  if (!needs_upgrade(seen, want, values)) {
    return std::nullopt;
  }
  if (auto unrendered = not_rendered(seen, want)) {
    return unrendered;
  }
  if (chart_refuses(version, values.facts.lets_encrypt.value_or(true))) {
    problem.what =
        "chart " + version +
        " cannot be upgraded with letsEncrypt off: the API server refuses its StatefulSet";
    problem.saw = "letsEncrypt.enabled: false in " + values.path;
  } else if (!trial.value.empty() && trial.found()) {
    problem.what = "the API server would refuse the provider upgrade";
    problem.saw = trial.value;
  } else if (!tried && seen.provider.release.value.status != "deployed") {
    problem.what = "the provider's release is " + seen.provider.release.value.status +
                   ", and whether the API server would take its upgrade cannot be tried";
    problem.saw = trial.why;
  } else {
    return std::nullopt;
  }
  return problem;
}

namespace {

/// Backs the file up, unless a backup already has the same content.
std::string script_backup(const std::string& path)
{
  return "  kept=$([ -e " + path + " ] || echo none)\n  for backup in " + path +
         ".backup-*; do\n    ! cmp -s \"$backup\" " + path + " || kept=$backup\n  done\n" +
         "  [ -n \"$kept\" ] || cat " + path + " >" + path + ".backup-$(date -u +%Y%m%dT%H%M%SZ)\n";
}

/// The same edit for the script. It contains no secret: the values go from helm into the file.
/// `revision`: whose values count if the last one failed, else 0.
std::string
script_for(const Target& target, const Settings& want, const ValuesDecision& decision, int revision)
{
  const std::string path = shell_quote(decision.path);
  Command get =
      helm(target,
           {"get", "values", want.provider.release.value, "--namespace", k_akash_ns, "-o", "yaml"});
  if (revision != 0) {
    get.argv.insert(get.argv.end(), {"--revision", std::to_string(revision)});
  }
  std::string script;
  if (decision.source == ValuesFrom::release) {
    script = "(\n  umask 077\n  mkdir -p \"$(dirname " + path + ")\"\n  " + shell_line(get.argv) +
             " >" + path + ".new\n" + script_backup(path) + "  cat " + path + ".new >" + path +
             "\n  rm " + path + ".new\n)\n";
  }
  const bool merge = decision.source == ValuesFrom::merge;
  std::string line = (merge ? shell_line(get.argv) + " |\n  " : "") + "iplease values " + path +
                     " --write" + (merge ? " --merge -" : "");
  for (const std::string& attribute : want.provider.attributes.value) {
    line += " --attribute " + shell_quote(attribute);
  }
  return script + line + "\n";
}

/// What `undo` takes back. For values taken over from the release, only that they stay.
std::vector<FieldChange> file_changes(const ValuesDecision& decision, const Settings& want)
{
  std::vector<FieldChange> changes =
      values_changes(decision.before, decision.after, want.provider.attributes.value);
  if (!decision.file_exists) {
    changes.push_back({.field = "file", .is = "written"});
  } else if (decision.source != ValuesFrom::file) {
    changes.push_back({.field = "values of the release", .is = "taken over"});
  }
  return changes;
}

} // namespace

StagePlan
plan_provider_values(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  if (!seen.provider.release.found()) {
    return blocked(
        {{.id = "IPL-PRV-001",
          .what = "there is no Helm release " + want.provider.release.value + " in akash-services",
          .exit = ExitCode::blocked}});
  }
  const ValuesDecision decision = decide_values(seen, want);
  if (!decision.problems.empty()) {
    return blocked(decision.problems);
  }
  if (!decision.write_file) {
    return satisfied(decision.file_exists ? decision.path + " already says so"
                                          : "the release's values already say so");
  }
  StagePlan plan{.verdict = Verdict::needed, .change = decision.file_exists ? "change" : "create"};
  plan.reason =
      decision.path + (decision.source == ValuesFrom::release ? ", written from the release"
                       : decision.source == ValuesFrom::merge ? ", with what only the release has"
                                                              : "");
  for (const std::string& change : decision.changes) {
    plan.notes.push_back(change);
  }
  plan.steps.push_back(
      {.id = "provider-values/write",
       .reason = plan.reason,
       .action =
           FileWrite{.path = decision.path,
                     .content = decision.after.reveal(),
                     .shown = masked_diff(
                         decision.before.reveal(), decision.after.reveal(), decision.path),
                     .script = script_for(target_of(seen, want),
                                          want,
                                          decision,
                                          seen.provider.release.value.status == "deployed"
                                              ? 0
                                              : seen.provider.values_revision),
                     .was = decision.file_exists ? sha256_hex(decision.before.reveal()) : "absent"},
       .fields = file_changes(decision, want),
       .proves = decision.path + " written"});
  return plan;
}

} // namespace iplease
