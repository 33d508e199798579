// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <iplease/cli/flags_file.hpp>
#include <iplease/cluster/inventory.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/wizard/question.hpp>

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

/// The flags of the settings table as they were given, in the order of the table.
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

/// `folder` is where a relative --state-dir counts from.
std::string state_of(const std::string& cluster,
                     const RawOptions& options,
                     const World& world,
                     const std::string& folder)
{
  const std::string given = options.value("state-dir", world.variable("IPLEASE_STATE_DIR"));
  return cluster_directory(given.empty() ? given : (std::filesystem::path(folder) / given).string(),
                           world.variable("XDG_STATE_HOME"),
                           world.home(),
                           cluster);
}

void remember(Session& session, const RawOptions& options, World& world)
{
  if (!session.seen.cluster_uid.found()) {
    return;
  }
  session.cluster_directory =
      state_of(session.seen.cluster_uid.value, options, world, session.input.current_folder);
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

/// Says at once that something happens, because the cluster may take its time.
void tell_looking(const RawOptions& options, World& world)
{
  if (!options.has("quiet") && options.value("output", "text") == "text") {
    world.err("Looking at the cluster ...\n");
  }
}

/// Helm takes a file or folder of the chart's name in the current folder for the chart, `--repo` or
/// not, and ~/provider is where Akash's guide puts the values. Every path of ours is absolute.
void leave_namesakes_of_charts()
{
  std::error_code ignored;
  for (const char* chart : {"provider", "metallb", "akash-ip-operator"}) {
    if (std::filesystem::exists(chart, ignored)) {
      std::filesystem::current_path("/", ignored);
      return;
    }
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
                      .environment = world.iplease_variables(),
                      .current_folder = current_folder(),
                      .home = world.home()};
  add_file(input, options, world, problems);
  return input;
}

namespace {

/// Reads the session's input; what was wrong with a file stays told.
void read_input(Session& session)
{
  ReadSettings read = read_settings(session.input);
  session.asked = std::move(read.settings);
  session.want = session.asked;
  session.warnings = std::move(read.warnings);
  std::ranges::move(read.problems, std::back_inserter(session.problems));
}

/// Whether the settings of this cluster's unfinished run change what is asked.
bool take_unfinished(Session& session)
{
  const std::string& unfinished = session.seen.memory.unfinished_settings;
  if (unfinished.empty() || session.input.unfinished == unfinished) {
    return false;
  }
  const Settings before = session.asked;
  session.input.unfinished = unfinished;
  read_input(session);
  return !(session.asked == before);
}

void observe_once(Session& session, const RawOptions& options, World& world, Effects& effects)
{
  std::string why;
  session.look_began = world.clock().wall();
  const Access access = find_access(session.asked,
                                    {.kubeconfig = world.variable("KUBECONFIG"),
                                     .home = world.home(),
                                     .folder = session.input.current_folder},
                                    world.files(),
                                    why);
  session.seen = observe(session.asked, access, effects, {});
  remember(session, options, world);
}

} // namespace

RunToResume only_unfinished(const RawOptions& options, const World& world)
{
  RunToResume only;
  for (const std::string& cluster :
       list_directory(state_of("", options, world, current_folder()))) {
    const MemorySeen memory = read_memory(state_of(cluster, options, world, current_folder()));
    if (memory.unfinished_run.empty()) {
      continue;
    }
    if (!only.cluster.empty()) {
      return {};
    }
    only = {.cluster = cluster, .settings = memory.unfinished_settings};
  }
  return only;
}

Session read_asked(const RawOptions& options, World& world, const std::string& unfinished)
{
  Session session;
  session.input = settings_input(options, world, session.problems);
  session.input.unfinished = unfinished;
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
  leave_namesakes_of_charts();
  Effects effects = world.effects();
  observe_once(session, options, world, effects);
  if (take_unfinished(session)) {
    observe_once(session, options, world, effects);
  }
  plan_again(session);
  if (more) {
    look_closer(session, world);
  }
}

void look_again(Session& session, const RawOptions& options, World& world)
{
  Effects effects = world.effects();
  observe_once(session, options, world, effects);
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
  MoreWanted wanted;
  if (values.problems.empty() && values.upgrade_release) {
    wanted.edited_values = values.after;
    wanted.secrets = values.facts.secrets;
  }
  observe_more(session.seen, session.want, session.plan, wanted, effects);
  plan_again(session);
}

ExitCode refuse(const Session& session, const std::vector<Problem>& problems, World& world)
{
  world.refuse(problems, sources_of(session.input));
  return problems.front().exit;
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
  if (!session.warnings.empty()) {
    world.err(problems_text(session.warnings, sources_of(session.input), "warning"));
  }
  if (!offline) {
    tell_looking(options, world);
  }
  look(session, options, world, offline, true);
  if (!session.problems.empty()) { // of the unfinished run's settings
    return refuse(session, session.problems, world);
  }
  const bool reached = offline || session.seen.cluster_uid.found();
  std::vector<Problem> missing;
  for (const Question& question : open_questions(session.seen, session.want)) {
    missing.push_back(question.missing);
  }
  // An old configuration that cannot be brought over is the reason why there are no addresses.
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
                                       const std::string& unfinished)
{
  session = read_asked(options, world, unfinished);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  tell_looking(options, world);
  look(session, options, world, false, true);
  if (!session.problems.empty()) { // of the unfinished run's settings
    return refuse(session, session.problems, world);
  }
  if (!session.seen.cluster_uid.found()) {
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
  // Where nothing can be seen, or another cluster is seen, what else was found follows from that.
  for (const ExitCode root : {ExitCode::unreachable, ExitCode::other_cluster}) {
    const auto same = [&](const Problem& one) { return one.exit == root; };
    if (std::ranges::any_of(all, same)) {
      std::erase_if(all, [&](const Problem& one) { return !same(one); });
    }
  }
  return all;
}

} // namespace iplease
