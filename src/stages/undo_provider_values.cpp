// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "support.hpp"
#include "undo.hpp"
#include "undo_provider.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

constexpr std::string_view k_file_subject = "file/";

} // namespace

namespace stages {

std::vector<FileBack> files_back(const Observation& seen)
{
  std::vector<FileBack> all;
  for (const auto& [subject, made] : seen.memory.made) {
    if (!subject.starts_with(k_file_subject) || made.stage != "provider-values") {
      continue;
    }
    FileBack back{.path = subject.substr(k_file_subject.size())};
    const auto live = std::ranges::find(seen.provider.files, back.path, &ValuesFileSeen::path);
    if (live == seen.provider.files.end() || !live->error.empty()) {
      back.kept.push_back(back.path + (live == seen.provider.files.end()
                                           ? " was not looked at: --provider-values " + back.path
                                           : " cannot be read: " + live->error));
    } else if (live->exists && made.fields.empty()) {
      back.kept.push_back(back.path + ": what it was before was not written down by that iplease");
    } else if (live->exists) {
      back.before = live->text;
      back.created = made.fields.contains("file");
      back.taken_over = made.fields.contains("values of the release");
      auto restored = restore_values(live->text, back.path, made.fields);
      if (auto* problems = std::get_if<std::vector<Problem>>(&restored)) {
        back.problems = std::move(*problems);
      } else {
        auto& good = std::get<RestoredValues>(restored);
        back.after = Secret(std::move(good.text));
        back.changes = std::move(good.changes);
        for (const std::string& kept : good.kept) {
          back.kept.push_back(back.path + ": " + kept);
        }
      }
    }
    all.push_back(std::move(back));
  }
  return all;
}

} // namespace stages

StagePlan undo_provider_values(const Observation& seen, const Settings&, std::span<const StagePlan>)
{
  StagePlan plan{.verdict = Verdict::satisfied, .reason = "no values file has anything of ours"};
  for (const FileBack& file : files_back(seen)) {
    plan.problems.insert(plan.problems.end(), file.problems.begin(), file.problems.end());
    plan.kept.insert(plan.kept.end(), file.kept.begin(), file.kept.end());
    if (file.created) {
      plan.notes.push_back(file.path + " was not there before; it stays, without what we set");
    }
    if (file.taken_over) {
      plan.notes.push_back(file.path + " keeps what enable took over from the release");
    }
    if (file.changes.empty()) {
      continue;
    }
    plan.notes.insert(plan.notes.end(), file.changes.begin(), file.changes.end());
    const std::string& before = file.before.reveal();
    const std::string& after = file.after.reveal();
    plan.steps.push_back(
        {.id = "provider-values/write",
         .reason = file.path + " without what we set",
         .action = FileWrite{.path = file.path,
                             .content = after,
                             .shown = masked_diff(before, after, file.path),
                             .script = kubespray::line_script(file.path, before, after),
                             .was = sha256_hex(before)},
         .proves = file.path + " written"});
  }
  if (!plan.problems.empty()) {
    return blocked(std::move(plan.problems));
  }
  if (!plan.steps.empty()) {
    plan.verdict = Verdict::needed;
    plan.change = "change";
    plan.reason = plan.steps.front().reason;
  }
  return plan;
}

} // namespace iplease
