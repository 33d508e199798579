// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <iplease/cli/flags_file.hpp>
#include <iplease/cluster/inventory.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/wizard/question.hpp>
#include <iplease/yaml/secrets.hpp>

#include "../stages/legacy.hpp"
#include <algorithm>
#include <filesystem>
#include <iterator>

namespace iplease {

namespace {

std::string current_folder()
{
  std::error_code ignored;
  return std::filesystem::current_path(ignored).string();
}

/// The settings flags that were given, in the order of the table.
std::vector<FlagValue> given_flags(const RawOptions& options)
{
  std::vector<FlagValue> flags;
  for (const SettingKey& key : setting_keys()) {
    if (key.flag.empty()) {
      continue;
    }
    const std::string name(key.flag.substr(2));
    for (const std::string& value : options.all(name)) {
      flags.push_back(
          {.flag = std::string(key.flag), .value = key.type == KeyType::boolean ? "true" : value});
    }
  }
  return flags;
}

/// Reads the flags file that -f or IPLEASE_FILE names.
void add_file(SettingsInput& input,
              const RawOptions& options,
              World& world,
              std::vector<Problem>& problems)
{
  const std::string path = options.value("file", world.variable("IPLEASE_FILE"));
  if (path.empty()) {
    return;
  }
  const bool piped = path == "-";
  const FileRead read = world.files().read(piped ? "/dev/stdin" : path);
  if (read.kind != FileRead::Kind::ok) {
    problems.push_back({.id = "IPL-CLI-008",
                        .what = "cannot read the flags file " + path + ": " +
                                (read.error.empty() ? "there is no such file" : read.error),
                        .exit = ExitCode::usage});
    return;
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string base = current_folder();
  input.file = FlagsText{
      .name = piped ? "standard input" : path,
      .folder = piped || folder.empty() ? base : (std::filesystem::path(base) / folder).string(),
      .text = read.text};
}

/// The state directory of a cluster. Throws if others can write there.
std::string state_of(const std::string& cluster, const RawOptions& options, const World& world)
{
  const std::string given = options.value("state-dir", world.variable("IPLEASE_STATE_DIR"));
  std::string directory = cluster_directory(
      given.empty() ? given : (std::filesystem::path(current_folder()) / given).string(),
      world.variable("XDG_STATE_HOME"),
      world.home(),
      cluster);
  require_safe_directory(directory, world.home());
  return directory;
}

void remember(Session& session, const RawOptions& options, World& world)
{
  if (!session.seen.cluster_uid.found()) {
    return;
  }
  session.cluster_directory = state_of(session.seen.cluster_uid.value, options, world);
  session.seen.memory = read_memory(session.cluster_directory);
}

SourceTexts sources_of(const SettingsInput& input)
{
  SourceTexts sources;
  if (input.file) {
    sources[input.file->name] = input.file->text;
  }
  return sources;
}

/// Reports activity at once, because the cluster may take a while.
void tell_looking(const RawOptions& options, World& world)
{
  if (!options.has("quiet") && options.value("output", "text") == "text") {
    world.err("Looking at the cluster ...\n");
  }
}

bool needs_more(const Plan& plan)
{
  return std::ranges::any_of(plan.stages, [](const StagePlan& stage) {
    return stage.verdict == Verdict::needed ||
           (stage.verdict == Verdict::blocked && stage.stage != "preflight");
  });
}

} // namespace

void plan_again(Session& session)
{
  session.want = resolve(session.asked, session.seen, resolve_facts(session.seen, session.asked));
  session.plan = make_plan(registry(), session.seen, session.want);
}

SettingsInput
settings_input(const RawOptions& options, World& world, std::vector<Problem>& problems)
{
  SettingsInput input{.flags = given_flags(options),
                      .set = options.all("set"),
                      .environment = world.variables("IPLEASE_"),
                      .current_folder = current_folder(),
                      .home = world.home()};
  add_file(input, options, world, problems);
  return input;
}

namespace {

/// Reads the session's input again; keeps problems of a file that were found before.
void read_input(Session& session)
{
  ReadSettings read = read_settings(session.input);
  session.asked = std::move(read.settings);
  session.want = session.asked;
  session.warnings = std::move(read.warnings);
  std::ranges::move(read.problems, std::back_inserter(session.problems));
}

/// Whether the unfinished run's settings change what is asked for. A kept plan that is resumed
/// keeps the settings it was approved with; one that is applied ignores an unfinished run.
bool take_unfinished(Session& session, bool resumes)
{
  const MemorySeen& memory = session.seen.memory;
  const std::string& unfinished = memory.unfinished_settings;
  const std::string kept = resumes && !memory.unfinished_kept.empty() ? unfinished : "";
  if (unfinished.empty() || (!session.input.kept.empty() && kept.empty()) ||
      (session.input.unfinished == unfinished && session.input.kept == kept)) {
    return false;
  }
  const Settings before = session.asked;
  session.input.unfinished = unfinished;
  session.input.kept = kept;
  read_input(session);
  return !(session.asked == before);
}

/// Masks the secrets in values, files and settings from now on.
void keep_secrets(const Session& session, World& world)
{
  const Settings& asked = session.asked;
  for (const std::string& text : {asked.metallb.values_json.value,
                                  asked.repositories.akash.value,
                                  asked.repositories.metallb.value}) {
    world.keep_secret(secrets_of_text(Secret(text)));
  }
  for (const LegacyConfigSeen& legacy : session.seen.metallb.legacy_found) {
    world.keep_secret(secrets_of_text(Secret(legacy.config)));
  }
  const ProviderSeen& provider = session.seen.provider;
  world.keep_secret(secrets_of_text(provider.release_values.value));
  for (const ValuesFileSeen& file : provider.files) {
    world.keep_secret(secrets_of_text(file.text));
  }
}

void observe_once(
    Session& session, const RawOptions& options, World& world, Effects& effects, bool helm_version)
{
  session.written_before.clear();
  for (const std::string& place : remembered_clusters(options, world)) {
    session.written_before[place] = journal_bytes(place);
  }
  const Access access = find_access(session.asked,
                                    {.kubeconfig = world.variable("KUBECONFIG"),
                                     .home = world.home(),
                                     .folder = session.input.current_folder},
                                    world.files());
  keep_secrets(session, world);
  session.seen = observe(session.asked, access, effects, helm_version);
  keep_secrets(session, world);
  remember(session, options, world);
}

} // namespace

std::vector<std::string> remembered_clusters(const RawOptions& options, const World& world)
{
  std::vector<std::string> places;
  for (const std::string& cluster : list_directory(state_of("", options, world))) {
    places.push_back(state_of(cluster, options, world));
  }
  return places;
}

RunToResume only_unfinished(const RawOptions& options, const World& world)
{
  RunToResume only;
  int runs = 0;
  for (const std::string& place : remembered_clusters(options, world)) {
    const MemorySeen memory = read_memory(place);
    only.anything = only.anything || !memory.unfinished_run.empty() || !memory.debts.empty();
    if (!memory.unfinished_run.empty()) {
      ++runs;
      only.cluster = std::filesystem::path(place).filename().string();
      only.run = memory.unfinished_run;
      only.settings = memory.unfinished_settings;
      only.command = memory.unfinished_command;
      only.only = memory.unfinished_only;
    }
  }
  return runs > 1 ? RunToResume{.anything = true} : only;
}

Session read_asked(const RawOptions& options,
                   World& world,
                   const std::string& unfinished,
                   const std::string& kept)
{
  Session session{.for_others = options.has("out")};
  session.input = settings_input(options, world, session.problems);
  session.input.unfinished = unfinished;
  session.input.kept = kept;
  read_input(session);
  return session;
}

void look(Session& session, const RawOptions& options, World& world, bool offline, bool more)
{
  if (offline) {
    session.seen = assumed_observation();
    session.seen.kubespray = read_inventory(session.asked, world.files());
    plan_again(session);
    return;
  }
  Effects effects = world.effects();
  // With `more`, helm's version is read only if there is work to do; doctor always reports it.
  const auto is = [&](std::string_view name) {
    return options.command != nullptr && options.command->name == name;
  };
  const bool helm_version = !more || is("doctor");
  observe_once(session, options, world, effects, helm_version);
  if (take_unfinished(session, is("resume"))) {
    observe_once(session, options, world, effects, helm_version);
  }
  plan_again(session);
  if (more) {
    look_closer(session, world);
  }
}

void look_again(Session& session, const RawOptions& options, World& world)
{
  Effects effects = world.effects();
  observe_once(session, options, world, effects, false);
  plan_again(session);
  look_closer(session, world);
}

void look_closer(Session& session, World& world)
{
  if (!session.seen.cluster_uid.found() || !needs_more(session.plan)) {
    return;
  }
  Effects effects = world.effects();
  const ValuesDecision values = decide_values(session.seen, session.want);
  MoreWanted wanted{.ours = !session.for_others};
  if (values.problems.empty() && needs_upgrade(session.seen, session.want, values)) {
    wanted.edited_values = values.after;
  }
  observe_more(session.seen, session.want, session.plan, wanted, effects);
  plan_again(session);
}

ExitCode refuse(const Session& session, const std::vector<Problem>& problems, World& world)
{
  world.refuse(problems, sources_of(session.input));
  return problems.front().exit;
}

void tell_warnings(const Session& session, World& world)
{
  world.warn(session.warnings, sources_of(session.input));
}

std::optional<ExitCode> prepare(Session& session,
                                const RawOptions& options,
                                World& world,
                                bool offline,
                                const std::string& unfinished)
{
  session = read_asked(options, world, unfinished);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  tell_warnings(session, world);
  if (!offline) {
    tell_looking(options, world);
  }
  look(session, options, world, offline, true);
  if (!session.problems.empty()) { // of the unfinished run's settings
    return refuse(session, session.problems, world);
  }
  // A missing value may be in an answer that could not be read; report that first.
  const bool reached =
      offline || (session.seen.cluster_uid.found() && unbelieved(session.seen).empty());
  std::vector<Problem> missing;
  for (const Question& question : open_questions(session.seen, session.want)) {
    missing.push_back(question.missing);
  }
  // If an old configuration cannot be migrated, that is why there are no addresses.
  const bool old = stages::migration_pending(session.seen) &&
                   !stages::legacy_problems(session.seen, session.want).empty();
  if (reached && !missing.empty() && !old) {
    return refuse(session, missing, world);
  }
  return std::nullopt;
}

std::optional<ExitCode> prepare_to_ask(Session& session,
                                       const RawOptions& options,
                                       World& world,
                                       const std::string& unfinished,
                                       const std::string& kept)
{
  session = read_asked(options, world, unfinished, kept);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  tell_looking(options, world);
  look(session, options, world, false, true);
  if (!session.problems.empty()) { // of the unfinished run's settings
    return refuse(session, session.problems, world);
  }
  if (!session.seen.cluster_uid.found() || !unbelieved(session.seen).empty()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  return std::nullopt;
}

std::vector<Problem> blocking_problems(const Plan& plan)
{
  std::vector<Problem> all;
  for (const StagePlan& stage : plan.stages) {
    for (const Problem& problem : stage.problems) {
      const bool told = std::any_of(all.begin(), all.end(), [&](const Problem& one) {
        return one.id == problem.id && one.what == problem.what;
      });
      if (!told) {
        all.push_back(problem);
      }
    }
  }
  // If the cluster is unreachable or a different one, the other problems only follow from that.
  for (const ExitCode root : {ExitCode::unreachable, ExitCode::other_cluster}) {
    const auto same = [&](const Problem& one) { return one.exit == root; };
    if (std::ranges::any_of(all, same)) {
      std::erase_if(all, [&](const Problem& one) { return !same(one); });
    }
  }
  return all;
}

} // namespace iplease
