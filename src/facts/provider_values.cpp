// SPDX-License-Identifier: Apache-2.0
// Decides which values count and what they become.
#include <iplease/core/version.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/yaml/located.hpp>

#include <algorithm>

namespace iplease {

namespace {

using Which = ValueDifference::Which;

const ValuesFileSeen* chosen_file(const Observation& seen)
{
  for (const ValuesFileSeen& file : seen.provider.files) {
    if (file.exists) {
      return &file;
    }
  }
  return nullptr;
}

const ValuesFileSeen* given_file(const Observation& seen)
{
  const auto given = std::ranges::find_if(seen.provider.files, &ValuesFileSeen::given);
  return given == seen.provider.files.end() ? nullptr : &*given;
}

std::string path_for_new_file(const Observation& seen)
{
  if (const ValuesFileSeen* given = given_file(seen)) {
    return given->path;
  }
  return seen.provider.files.empty() ? "provider.yaml" : seen.provider.files.back().path;
}

Problem differing(const ValuesFileSeen& file, const std::vector<ValueDifference>& differences)
{
  Problem problem{.id = "IPL-VAL-010",
                  .what = file.path + " and the values of the release contradict each other",
                  .fix = "say which one rules: --provider-values-from file (the file is right), "
                         "--provider-values-from release (the cluster is right) or "
                         "--provider-values-from merge (the file, and what only the release has)",
                  .exit = ExitCode::usage};
  for (const ValueDifference& one : differences) {
    problem.saw += (problem.saw.empty() ? "" : "\n") + one.line;
  }
  return problem;
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

Problem file_problem(const ValuesFileSeen& file)
{
  return {.id = "IPL-VAL-012",
          .what = "cannot read " + file.path + ": " + file.error,
          .exit = ExitCode::usage};
}

/// A named file that does not exist. With `release` it will be written, if its folder exists.
std::optional<Problem> missing_file(const Observation& seen, const Sourced<ValuesFrom>& from)
{
  const ValuesFileSeen* file = given_file(seen);
  if (file == nullptr || file->exists || seen.assumed) {
    return std::nullopt;
  }
  if (from.given() && from.value == ValuesFrom::release) {
    if (file->folder_exists) {
      return std::nullopt;
    }
    return Problem{.id = "IPL-VAL-012",
                   .what = "cannot write " + file->path + ": its folder does not exist",
                   .fix = "create the folder, or name another file: --provider-values FILE",
                   .exit = ExitCode::usage};
  }
  return Problem{.id = "IPL-VAL-012",
                 .what = "there is no file " + file->path,
                 .cause = "it was named as the provider's values file; without it nothing is begun",
                 .fix = "name the right one: --provider-values FILE; or let it be written from the "
                        "installed release: --provider-values-from release",
                 .exit = ExitCode::usage};
}

/// Whether a helm upgrade is due whatever the values say: another chart version, or a last upgrade
/// that did not end well.
bool release_is_stale(const Observation& seen, const Settings& want)
{
  const Seen<ReleaseSeen>& release = seen.provider.release;
  const std::string& version = want.provider.chart_version.value;
  return release.found() && (release.value.status != "deployed" ||
                             (version != "installed" && version != release.value.chart_version));
}

ValuesWish wish_of(const Settings& want)
{
  return {.ipoperator = true, .attributes = want.provider.attributes.value};
}

/// The text that counts before the edit, or why none does.
class Choice {
public:
  Choice(const Observation& seen, const Settings& want, ValuesDecision& decision)
      : m_seen(seen),
        m_want(want),
        m_decision(decision)
  {
  }

  std::vector<Problem> choose()
  {
    const ValuesFrom from = m_want.provider.values_from.value;
    const ProviderSeen& provider = m_seen.provider;
    const ValuesFileSeen* file = chosen_file(m_seen);
    if (const auto missing = missing_file(m_seen, m_want.provider.values_from)) {
      return {*missing};
    }
    if (!provider.values_doubts.empty() && from != ValuesFrom::file) {
      return {doubtful(m_seen)};
    }
    if (file != nullptr && !file->error.empty()) {
      return {file_problem(*file)};
    }
    if (file == nullptr) {
      return by_release_alone();
    }
    m_decision.path = file->path;
    m_decision.file_exists = true;
    m_decision.before = file->text;
    if (!provider.release_values.found()) {
      return take(ValuesFrom::file, file->text);
    }
    if (from == ValuesFrom::file || from == ValuesFrom::release) {
      return take(from, from == ValuesFrom::file ? file->text : provider.release_values.value);
    }
    return merge(*file, from == ValuesFrom::merge);
  }

  Secret base{};

private:
  std::vector<Problem> take(ValuesFrom source, const Secret& text)
  {
    m_decision.source = source;
    base = text;
    return {};
  }

  std::vector<Problem> by_release_alone()
  {
    const Seen<Secret>& release = m_seen.provider.release_values;
    if (!release.found()) {
      return {{.id = "IPL-VAL-014",
               .what = "the values of release " + m_want.provider.release.value + " cannot be read",
               .saw = release.why,
               .exit = ExitCode::blocked}};
    }
    m_decision.path = path_for_new_file(m_seen);
    return take(ValuesFrom::release, release.value);
  }

  /// The file plus what only the release has. If they contradict each other, the file wins only if
  /// the operator `asked` to merge.
  std::vector<Problem> merge(const ValuesFileSeen& file, bool asked)
  {
    const Secret& release = m_seen.provider.release_values.value;
    if (reading_of(file.text).yaml() == nullptr) {
      return take(ValuesFrom::file, file.text); // its edit reports where it is broken
    }
    const ValuesWish wish = wish_of(m_want);
    const auto differences = compare_values(file.text, release, "file", "release", wish);
    const bool contradict = std::ranges::any_of(
        differences, [](const ValueDifference& one) { return one.which == Which::differs; });
    if (contradict && !asked) {
      return {differing(file, differences)};
    }
    const bool more = std::ranges::any_of(
        differences, [](const ValueDifference& one) { return one.which == Which::only_b; });
    if (!more) {
      return take(asked ? ValuesFrom::merge : ValuesFrom::file, file.text);
    }
    auto merged = merge_values(file.text, file.path, release, wish);
    if (auto* refused = std::get_if<std::vector<Problem>>(&merged)) {
      return std::move(*refused);
    }
    auto& edit = std::get<ValuesEdit>(merged);
    m_decision.changes = std::move(edit.changes);
    return take(ValuesFrom::merge, Secret(std::move(edit.text)));
  }

  const Observation& m_seen;
  const Settings& m_want;
  ValuesDecision& m_decision;
};

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
  Choice choice(seen, want, decision);
  decision.problems = choice.choose();
  if (!decision.problems.empty()) {
    return decision;
  }
  auto edited = edit_values(choice.base, decision.path, wish_of(want));
  if (auto* refused = std::get_if<std::vector<Problem>>(&edited)) {
    decision.problems = std::move(*refused);
    return decision;
  }
  const ValuesEdit& edit = std::get<ValuesEdit>(edited);
  decision.after = edit.changed ? Secret(edit.text) : choice.base;
  decision.changes.insert(decision.changes.end(), edit.changes.begin(), edit.changes.end());
  auto facts = read_values(decision.after, decision.path);
  if (auto* read = std::get_if<ValuesFacts>(&facts)) {
    decision.facts = std::move(*read);
  }
  // Compared by meaning: an edit of the file alone needs no upgrade if the release is already
  // right.
  decision.upgrade_release =
      release_is_stale(seen, want) || !seen.provider.release_values.found() ||
      !values_difference(decision.after, seen.provider.release_values.value).empty();
  // Without an upgrade, neither copy what only the release has into the file nor create a file.
  decision.write_file = decision.file_exists ? decision.before.reveal() != edit.text &&
                                                   (decision.upgrade_release || edit.changed)
                                             : decision.upgrade_release;
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

KnownValues known_values(const Observation& seen, const Settings& want)
{
  KnownValues known;
  const auto take = [&](const Secret& text, const std::string& where) {
    auto read = read_values(text, where);
    if (auto* facts = std::get_if<ValuesFacts>(&read)) {
      known.facts = std::move(*facts);
      known.where = where;
      known.known = true;
      return std::vector<Problem>{};
    }
    return std::get<std::vector<Problem>>(std::move(read));
  };
  const ValuesFileSeen* file = chosen_file(seen);
  if (file != nullptr && want.provider.values_from.value != ValuesFrom::release) {
    known.unread = file->error.empty() ? take(file->text, file->path)
                                       : std::vector<Problem>{file_problem(*file)};
  }
  if (!known.known && seen.provider.release_values.found()) {
    (void)take(seen.provider.release_values.value, "values of the release");
  }
  return known;
}

} // namespace iplease
