// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/migrate_command.hpp>
#include <iplease/cli/values_command.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "session.hpp"

namespace iplease {

ExitCode version_command(const RawOptions& options, World& world)
{
  if (options.value("output", "text") == "json") {
    world.out(nlohmann::ordered_json{{"version", k_version}, {"commit", k_commit}}.dump() + "\n");
  } else {
    world.out(fmt::format("iplease {}\ncommit {}\n", k_version, k_commit));
  }
  return ExitCode::done;
}

ExitCode values_app_command(const RawOptions& options, World& world)
{
  ValuesOptions asked{.file = options.positionals.front(),
                      .diff = options.has("diff"),
                      .write = options.has("write")};
  if (options.has("attribute")) {
    asked.attributes = options.all("attribute");
  }
  std::string out;
  std::string err;
  const ExitCode exit = values_command(asked, world.files(), out, err);
  world.out(out);
  world.err(err);
  return exit;
}

ExitCode migrate_app_command(const RawOptions& options, World& world)
{
  const Migrated migrated = migrate_command(
      {.from = options.value("from"), .output = options.value("output", "yaml")}, world.files());
  world.err(migrated.warnings);
  if (migrated.problem) {
    world.refuse({*migrated.problem});
    return migrated.problem->exit;
  }
  world.out(migrated.objects);
  return ExitCode::done;
}

namespace {

void list_for(const Session& session, bool json, World& world)
{
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const RunSummary& run : list_runs(session.cluster_directory)) {
    const std::string outcome = run.outcome.empty() ? "unfinished" : run.outcome;
    if (json) {
      all.push_back({{"run", run.id},
                     {"started", run.started},
                     {"command", run.command},
                     {"outcome", outcome},
                     {"commands", run.commands},
                     {"last_step", run.last_step}});
      continue;
    }
    world.out(fmt::format("{}  {}  {:<8} {:<12} {} commands, last {}\n",
                          run.id,
                          run.started,
                          run.command,
                          outcome,
                          run.commands,
                          run.last_step));
  }
  if (json) {
    world.out(all.dump(2) + "\n");
  }
}

/// One run: step by step from its journal, or all that was said from its log.
ExitCode show_run(const std::string& directory,
                  const std::string& run,
                  const RawOptions& options,
                  World& world)
{
  const FileRead journal = world.files().read(directory + "/journal.jsonl");
  // An id is one folder's name, never a way out of the folder of runs.
  if (journal.kind != FileRead::Kind::ok || run.find('/') != std::string::npos) {
    world.refuse(
        {{.id = "IPL-RUN-011", .what = "there is no run " + run, .exit = ExitCode::usage}});
    return ExitCode::usage;
  }
  if (options.command->name == "runs log") {
    const FileRead log = world.files().read(directory + "/debug.log");
    world.out(log.kind == FileRead::Kind::ok ? log.text : log_text(journal.text));
  } else if (options.value("output", "text") == "json") {
    world.out(nlohmann::ordered_json{{"run", run}, {"events", events_json(journal.text)}}.dump(2) +
              "\n");
  } else {
    world.out(log_text(journal.text));
  }
  return ExitCode::done;
}

} // namespace

ExitCode runs_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  look(session, options, world, false, false);
  if (session.cluster_directory.empty()) {
    world.refuse(blocking_problems(session.plan));
    return ExitCode::unreachable;
  }
  if (options.command->name != "runs list") {
    const std::string& run = options.positionals.front();
    return show_run(session.cluster_directory + "/runs/" + run, run, options, world);
  }
  list_for(session, options.value("output", "text") == "json", world);
  return ExitCode::done;
}

} // namespace iplease
