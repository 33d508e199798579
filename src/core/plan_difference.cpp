// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/core/plan_difference.hpp>
#include <iplease/core/sha256.hpp>

#include <algorithm>
#include <optional>

namespace iplease {

namespace {

constexpr std::size_t k_widest_state = 160; // characters of a state to show

/// Removes the number after each `resourceVersion` in JSON, YAML or a flag.
std::string without_versions(std::string text)
{
  constexpr std::string_view key = "resourceVersion";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    at += key.size();
    const std::size_t value = text.find_first_not_of("\"': =\\", at);
    if (value == std::string::npos) {
      break;
    }
    const std::size_t end = std::min(text.find_first_not_of("0123456789", value), text.size());
    text.erase(value, end - value);
  }
  return text;
}

/// What one writing step does, for comparing.
struct Deed {
  std::string id{};
  std::string subject{};
  std::vector<std::string> what{};
  std::string file{};   ///< the file to replace
  std::string before{}; ///< for a file its SHA-256
  std::string expect{};
  std::vector<std::string> owes{}; ///< debt ids
  bool operator==(const Deed&) const = default;
};

std::vector<std::string> words(const Run& run)
{
  const std::string& input = run.command.input;
  std::vector<std::string> all{run.command.secret_input ? fingerprint(input)
                                                        : without_versions(input)};
  for (const std::string& word : run.command.argv) {
    all.push_back(without_versions(word));
  }
  return all;
}

std::vector<Deed> deeds(const StagePlan& stage)
{
  std::vector<Deed> all;
  for (const Step& step : stage.steps) {
    if (!writes(step)) {
      continue;
    }
    Deed deed{.id = step.id,
              .subject = step.subject,
              .before = without_versions(step.before),
              .expect = without_versions(step.expect)};
    for (const Debt& debt : step.owes) {
      deed.owes.push_back(debt.id);
    }
    if (const auto* run = std::get_if<Run>(&step.action)) {
      deed.what = words(*run);
    } else if (const auto* file = std::get_if<FileWrite>(&step.action)) {
      deed.what = {fingerprint(file->content)};
      deed.file = file->path;
      deed.before = file->was;
    }
    all.push_back(std::move(deed));
  }
  return all;
}

std::string shortened(const std::string& state)
{
  const std::string text = state.empty() ? "unknown" : state;
  return text.size() <= k_widest_state ? text
                                       : std::string(first_bytes(text, k_widest_state)) + "...";
}

std::string verdict_text(const StagePlan& stage)
{
  if (stage.verdict == Verdict::blocked && !stage.problems.empty()) {
    return "blocked by " + stage.problems.front().id + " (" + stage.problems.front().what + ")";
  }
  const std::string word = stage.verdict == Verdict::needed      ? "needed"
                           : stage.verdict == Verdict::satisfied ? "satisfied"
                                                                 : "blocked";
  return stage.reason.empty() ? word : word + " (" + stage.reason + ")";
}

/// Describes the first difference between the writing steps of one stage.
std::string deed_difference(const std::string& stage,
                            const std::vector<Deed>& shown,
                            const std::vector<Deed>& now)
{
  for (std::size_t at = 0; at < std::min(shown.size(), now.size()); ++at) {
    const Deed& one = shown[at];
    const Deed& other = now[at];
    if (one == other) {
      continue;
    }
    if (!one.file.empty() && one.id == other.id && one.file != other.file) {
      return stage + ": it would write " + one.file + ", now " + other.file;
    }
    if (!one.file.empty() && one.id == other.id && one.before != other.before) {
      return stage + ": " + one.file +
             (one.before == "absent"     ? " was not there, now it is"
              : other.before == "absent" ? " was there, now it is not"
                                         : " was changed");
    }
    if (one.id == other.id && one.before != other.before) {
      return stage + ": " + (one.subject.empty() ? one.id : one.subject) + " was `" +
             shortened(one.before) + "`, now it is `" + shortened(other.before) + "`";
    }
    return stage + ": step " + one.id + (one.id == other.id ? "" : ", now " + other.id) +
           ", would be done with other content";
  }
  return stage + ": " + std::to_string(shown.size()) + " steps that change something, now " +
         std::to_string(now.size());
}

std::optional<std::string> difference(const StagePlan& shown, const StagePlan& now)
{
  if (shown.verdict != now.verdict || now.verdict == Verdict::blocked) {
    return shown.stage + ": " + verdict_text(shown) + ", now " + verdict_text(now);
  }
  const std::vector<Deed> old_deeds = deeds(shown);
  const std::vector<Deed> new_deeds = deeds(now);
  if (old_deeds == new_deeds) {
    return std::nullopt;
  }
  return deed_difference(shown.stage, old_deeds, new_deeds);
}

const StagePlan* find(const Plan& plan, const std::string& name)
{
  const auto found = std::ranges::find(plan.stages, name, &StagePlan::stage);
  return found == plan.stages.end() ? nullptr : &*found;
}

} // namespace

std::vector<std::string> plan_differences(const Plan& shown, const Plan& now)
{
  std::vector<std::string> lines;
  for (const StagePlan& stage : shown.stages) {
    const StagePlan* other = find(now, stage.stage);
    if (other == nullptr) {
      lines.push_back(stage.stage + ": nothing is to be done any more");
    } else if (auto line = difference(stage, *other)) {
      lines.push_back(std::move(*line));
    }
  }
  for (const StagePlan& stage : now.stages) {
    if (find(shown, stage.stage) == nullptr) {
      lines.push_back(stage.stage + ": is now to be done too: " + verdict_text(stage));
    }
  }
  return lines;
}

} // namespace iplease
