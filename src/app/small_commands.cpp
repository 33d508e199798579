// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/migrate_command.hpp>
#include <iplease/cli/values_command.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "session.hpp"

namespace iplease {

ExitCode version_command(const RawOptions& options, World& world)
{
  if (options.value("output", "text") == "json") {
    world.out(nlohmann::ordered_json{
                  {"type", "version"}, {"ui", "1.0"}, {"version", k_version}, {"commit", k_commit}}
                  .dump() +
              "\n");
  } else {
    world.out(fmt::format("iplease {}\ncommit {}\n", k_version, k_commit));
  }
  return ExitCode::done;
}

ExitCode values_app_command(const RawOptions& options, World& world)
{
  ValuesOptions asked{.file = options.positionals.front(),
                      .diff = options.has("diff"),
                      .write = options.has("write"),
                      .merge = options.value("merge")};
  if (options.has("attribute")) {
    asked.attributes = options.all("attribute");
  }
  std::string out;
  std::string err;
  const ExitCode exit = values_command(asked, world.files(), out, err);
  world.document(out);
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
  world.document(migrated.objects);
  return ExitCode::done;
}

namespace {

/// The cluster's UID, after which its directory is named.
std::string cluster_of(const std::string& place)
{
  return place.substr(place.rfind('/') + 1);
}

/// Without the start time, because the id starts with it.
constexpr const char* k_run_line = "{:<20}  {:<7}  {:<11}  {:>8}  {}\n";

std::string line_of(const RunSummary& run)
{
  return fmt::format(k_run_line,
                     run.id,
                     run.command,
                     run.outcome.empty() ? "unfinished" : run.outcome,
                     run.commands,
                     run.last_step);
}

nlohmann::ordered_json json_of(const RunSummary& run, const std::string& cluster)
{
  return {{"run", run.id},
          {"cluster", cluster},
          {"started", run.started},
          {"command", run.command},
          {"outcome", run.outcome.empty() ? "unfinished" : run.outcome},
          {"commands", run.commands},
          {"last_step", or_null(run.last_step)}};
}

void list_runs_of(const std::vector<std::string>& places, bool json, World& world)
{
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::string text;
  for (const std::string& place : places) {
    std::string lines;
    for (const RunSummary& run : list_runs(place)) {
      all.push_back(json_of(run, cluster_of(place)));
      lines += line_of(run);
    }
    if (!lines.empty()) {
      text += places.size() > 1 ? "cluster " + cluster_of(place) + "\n" : "";
      text += fmt::format(k_run_line, "RUN", "COMMAND", "OUTCOME", "COMMANDS", "LAST STEP");
      text += lines;
    }
  }
  if (json) {
    world.out(plain_json({{"type", "runs"}, {"ui", "1.0"}, {"runs", all}}, 2) + "\n");
  } else if (text.empty()) {
    world.err("no run is remembered on this machine\n");
  } else {
    world.out(text);
  }
}

/// The directory of the given run, or of the newest if `run` is empty; ids sort by time. Empty if
/// there is none. An unreadable journal does not hide the other runs.
std::string directory_of(const std::string& run, const std::vector<std::string>& places)
{
  std::string newest;
  std::string directory;
  for (const std::string& place : places) {
    for (const std::string& id : list_directory(place + "/runs")) {
      if (run.empty() ? id >= newest : id == run) {
        newest = id;
        directory = place + "/runs/" + id;
      }
    }
  }
  return directory;
}

/// Shows one run: its steps from the journal, or all its output from the log.
ExitCode show_run(const std::vector<std::string>& places, const RawOptions& options, World& world)
{
  const std::string asked = options.positionals.empty() ? "" : options.positionals.front();
  const std::string directory = directory_of(asked, places);
  if (directory.empty()) {
    Problem none{.id = "IPL-RUN-011", .what = "there is no run " + asked, .exit = ExitCode::usage};
    if (asked.empty()) {
      none.what = "no run is remembered on this machine";
      none.cause = "none was made yet, or another user or another --state-dir has them";
      none.fix = "iplease enable makes the first one";
    }
    world.refuse({none});
    return ExitCode::usage;
  }
  const std::string run = directory.substr(directory.rfind('/') + 1);
  const std::string journal = read_private_file(directory + "/journal.jsonl");
  if (options.command->name == "runs log") {
    const FileRead log = world.files().read(directory + "/debug.log");
    world.out(log.kind == FileRead::Kind::ok ? log.text : log_text(journal));
  } else if (options.value("output", "text") == "json") {
    world.out(
        plain_json({{"type", "run"}, {"ui", "1.0"}, {"run", run}, {"events", events_json(journal)}},
                   2) +
        "\n");
  } else {
    world.out(log_text(journal));
  }
  return ExitCode::done;
}

} // namespace

ExitCode runs_command(const RawOptions& options, World& world)
{
  std::vector<std::string> places = remembered_clusters(options, world);
  if (const std::string asked = options.value("expect-cluster"); !asked.empty()) {
    std::erase_if(places, [&](const std::string& place) { return cluster_of(place) != asked; });
  }
  if (options.command->name != "runs list") {
    return show_run(places, options, world);
  }
  list_runs_of(places, options.value("output", "text") == "json", world);
  return ExitCode::done;
}

} // namespace iplease
