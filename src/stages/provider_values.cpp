// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/core/version.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/diff.hpp>

#include "support.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

const ValuesFileSeen* chosen_file(const Observation& seen)
{
  for (const ValuesFileSeen& file : seen.provider.files) {
    if (file.exists) {
      return &file;
    }
  }
  return nullptr;
}

std::string path_for_new_file(const Observation& seen)
{
  const auto& files = seen.provider.files;
  const auto given = std::find_if(
      files.begin(), files.end(), [](const ValuesFileSeen& file) { return file.given; });
  if (given != files.end()) {
    return given->path;
  }
  return files.empty() ? "provider.yaml" : files.back().path;
}

std::vector<Problem> differing(const ValuesFileSeen& file, const std::vector<std::string>& lines)
{
  Problem problem{.id = "IPL-VAL-010",
                  .what = file.path + " and the values of the release differ in meaning",
                  .fix = "say which one rules: --provider-values-from file (the file is right) or "
                         "--provider-values-from release (the cluster is right)",
                  .exit = ExitCode::usage};
  for (const std::string& line : lines) {
    problem.saw += (problem.saw.empty() ? "" : "\n") + line;
  }
  return {problem};
}

Problem doubtful(const Observation& seen)
{
  std::string saw;
  for (const std::string& line : seen.provider.values_doubts) {
    saw += (saw.empty() ? "" : "\n") + line;
  }
  return {.id = "IPL-VAL-015",
          .what = "Helm's JSON of the release's values means something else than its YAML",
          .saw = saw,
          .exit = ExitCode::blocked};
}

/// The text that rules before our edit, or why none does.
std::vector<Problem> choose_source(const Observation& seen,
                                   const Settings& want,
                                   ValuesDecision& decision,
                                   const SecretYaml*& base)
{
  const ValuesFileSeen* file = chosen_file(seen);
  const bool release = seen.provider.release_values.found();
  const bool by_file = want.provider.values_from.value == ValuesFrom::file;
  if (!seen.provider.values_doubts.empty() && !by_file) {
    return {doubtful(seen)};
  }
  if (file != nullptr && !file->error.empty()) {
    return {{.id = "IPL-VAL-012",
             .what = "cannot read " + file->path + ": " + file->error,
             .exit = ExitCode::usage}};
  }
  if (file == nullptr) {
    if (!release) {
      return {{.id = "IPL-VAL-014",
               .what = "the values of release akash-provider cannot be read",
               .saw = seen.provider.release_values.why,
               .exit = ExitCode::blocked}};
    }
    decision.path = path_for_new_file(seen);
    decision.source = "release";
    base = &seen.provider.release_values.value;
    return {};
  }
  decision.path = file->path;
  decision.file_exists = true;
  decision.before = file->text;
  const ValuesFrom from = want.provider.values_from.value;
  if (release && from == ValuesFrom::undecided) {
    // What this run would set anyway is no difference: the file may be edited and not yet rolled
    // out.
    const auto lines =
        values_difference(file->text,
                          seen.provider.release_values.value,
                          "file",
                          "release",
                          {.ipoperator = true, .attributes = want.provider.attributes.value});
    if (!lines.empty()) {
      return differing(*file, lines);
    }
  }
  const bool by_release = from == ValuesFrom::release && release;
  decision.source = by_release ? "release" : "file";
  base = by_release ? &seen.provider.release_values.value : &file->text;
  return {};
}

} // namespace

bool template_ignores_ipoperator(const std::string& chart_version, bool lets_encrypt)
{
  return version_within(chart_version, "12.0.0", "12.1.2") ||
         (!lets_encrypt && version_within(chart_version, "12.1.3", "15.0.1"));
}

bool chart_refuses(const std::string& chart_version, bool lets_encrypt)
{
  return !lets_encrypt && !version_older(chart_version, "15.0.2");
}

ValuesDecision decide_values(const Observation& seen, const Settings& want)
{
  ValuesDecision decision;
  const SecretYaml* base = nullptr;
  decision.problems = choose_source(seen, want, decision, base);
  if (!decision.problems.empty() || base == nullptr) {
    return decision;
  }
  const ValuesWish wish{.ipoperator = true, .attributes = want.provider.attributes.value};
  auto edited = edit_values(*base, decision.path, wish);
  if (auto* refused = std::get_if<std::vector<Problem>>(&edited)) {
    decision.problems = std::move(*refused);
    return decision;
  }
  const ValuesEdit& edit = std::get<ValuesEdit>(edited);
  decision.after = edit.changed ? SecretYaml(edit.text) : *base;
  decision.changes = edit.changes;
  auto facts = read_values(decision.after, decision.path);
  if (auto* read = std::get_if<ValuesFacts>(&facts)) {
    decision.facts = std::move(*read);
  }
  decision.write_file = !decision.file_exists || decision.before.reveal() != edit.text;
  if (seen.provider.release_values.found()) {
    // What the release holds is compared by meaning: a file that is right alone changes nothing.
    decision.upgrade_release =
        !values_difference(decision.after, seen.provider.release_values.value).empty();
  } else {
    decision.upgrade_release = true;
  }
  for (const std::string& key : missing_required(decision.facts)) {
    decision.problems.push_back(
        {.id = "IPL-VAL-009",
         .what = "the provider values have no `" + key + "`",
         .cause = "an upgrade with these values would leave the provider without it",
         .fix = "put `" + key + "` into " + decision.path,
         .place = {.file = decision.path},
         .exit = ExitCode::blocked});
  }
  return decision;
}

namespace {

/// What stands in the file is kept, once: a backup that has it already is enough.
std::string script_backup(const std::string& path)
{
  return "  kept=$([ -e " + path + " ] || echo none)\n  for backup in " + path +
         ".backup-*; do\n    ! cmp -s \"$backup\" " + path + " || kept=$backup\n  done\n" +
         "  [ -n \"$kept\" ] || cat " + path + " >" + path + ".backup-$(date -u +%Y%m%dT%H%M%SZ)\n";
}

/// The same edit for the script face: no secret is inline, the values go from helm into the file.
std::string script_for(const Target& target, const Settings& want, const ValuesDecision& decision)
{
  const std::string path = shell_quote(decision.path);
  std::string script;
  if (decision.source == "release") {
    const Command get = helm(
        target,
        {"get", "values", want.provider.release.value, "--namespace", k_akash_ns, "-o", "yaml"});
    script = "(\n  umask 077\n  mkdir -p \"$(dirname " + path + ")\"\n  " + shell_line(get.argv) +
             " >" + path + ".new\n" + script_backup(path) + "  cat " + path + ".new >" + path +
             "\n  rm " + path + ".new\n)\n";
  }
  std::string line = "iplease values " + path + " --write";
  for (const std::string& attribute : want.provider.attributes.value) {
    line += " --attribute " + shell_quote(attribute);
  }
  return script + line + "\n";
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
  // A file is written only for an upgrade: an enabled provider without a file keeps having none.
  if (!decision.write_file || (!decision.file_exists && !decision.upgrade_release)) {
    return satisfied(decision.file_exists ? decision.path + " already says so"
                                          : "the release's values already say so");
  }
  StagePlan plan{.verdict = Verdict::needed, .change = decision.file_exists ? "change" : "create"};
  plan.reason = decision.path + (decision.file_exists ? "" : ", written from the release");
  for (const std::string& change : decision.changes) {
    plan.notes.push_back(change);
  }
  plan.steps.push_back(
      {.id = "provider-values/write",
       .reason = plan.reason,
       .action = FileWrite{
           .path = decision.path,
           .content = decision.after.reveal(),
           .shown = masked_diff(decision.before.reveal(), decision.after.reveal(), decision.path),
           .script = script_for(target_of(seen, want), want, decision),
           .was = decision.file_exists ? sha256_hex(decision.before.reveal()) : "absent"}});
  return plan;
}

} // namespace iplease
