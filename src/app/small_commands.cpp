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
  std::string out;
  std::string err;
  const ExitCode exit =
      migrate_command({.from = options.value("from"), .output = options.value("output", "yaml")},
                      world.files(),
                      out,
                      err);
  world.out(out);
  world.err(err);
  return exit;
}

ExitCode runs_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  look(session, options, world, false, false);
  if (session.cluster_directory.empty()) {
    world.err(problems_text(blocking_problems(session.plan)));
    return ExitCode::unreachable;
  }
  if (options.command->name != "runs list") {
    const std::string path =
        session.cluster_directory + "/runs/" + options.positionals.front() + "/journal.jsonl";
    const FileRead journal = world.files().read(path);
    if (journal.kind != FileRead::Kind::ok) {
      world.err(problems_text({{.id = "IPL-RUN-011",
                                .what = "there is no run " + options.positionals.front(),
                                .exit = ExitCode::usage}}));
      return ExitCode::usage;
    }
    world.out(log_text(journal.text));
    return ExitCode::done;
  }
  for (const RunSummary& run : list_runs(session.cluster_directory)) {
    world.out(fmt::format("{}  {}  {:<8} {:<12} {} commands, last {}\n",
                          run.id,
                          run.started,
                          run.command,
                          run.outcome.empty() ? "unfinished" : run.outcome,
                          run.commands,
                          run.last_step));
  }
  return ExitCode::done;
}

} // namespace iplease
