// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/cli/migrate_command.hpp>
#include <iplease/cli/values_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "session.hpp"

namespace iplease {

namespace {

constexpr const char* k_exit_codes =
    "0 done, or nothing to do\n1 a stage failed; resumable\n2 usage: bad flag, file or value\n"
    "3 blocked: a decision or a repair is needed first\n4 applied, but verification failed\n"
    "5 in doubt: somebody else changed what a dead run had in hand\n6 a wait ran out; nothing is "
    "known to be wrong\n"
    "7 another cluster than expected\n8 another run holds the lock\n9 declined at a prompt\n10 "
    "undo incomplete\n"
    "11 no cluster, kubectl or helm\n12 journal, plan or file cannot be written\n"
    "20 only with --detailed-exitcode: there is something to do\n70 a fault in iplease itself\n"
    "130, 143 interrupted; the journal is consistent\n";

} // namespace

ExitCode version_command(const RawOptions& options, World& world)
{
  if (options.value("output", "text") == "json") {
    world.out(nlohmann::ordered_json{{"version", k_version}, {"commit", k_commit}}.dump() + "\n");
  } else {
    world.out(fmt::format("iplease {}\ncommit {}\n", k_version, k_commit));
  }
  return ExitCode::done;
}

ExitCode explain_command(const RawOptions& options, World& world)
{
  const std::string& word = options.positionals.front();
  if (word == "exit-codes") {
    world.out(k_exit_codes);
    return ExitCode::done;
  }
  if (const CatalogueEntry* entry = find_entry(word)) {
    world.out(explain_text(*entry));
    return ExitCode::done;
  }
  for (const Stage& stage : registry()) {
    if (stage.id == word) {
      world.out(fmt::format(
          "stage {}: {}\n  docs    docs/planning.md#{}\n", stage.id, stage.title, stage.id));
      return ExitCode::done;
    }
  }
  std::vector<std::string> names{"exit-codes"};
  for (const CatalogueEntry& entry : catalogue()) {
    names.emplace_back(entry.id);
  }
  for (const Stage& stage : registry()) {
    names.emplace_back(stage.id);
  }
  const std::string near = nearest(word, names);
  world.err(
      problems_text({{.id = "IPL-CLI-011",
                      .what = "nothing is known of `" + word + "`",
                      .fix = near.empty() ? "give an id such as IPL-MLB-004, a stage, or exit-codes"
                                          : "did you mean `" + near + "`?",
                      .exit = ExitCode::usage}}));
  return ExitCode::usage;
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

ExitCode config_validate_command(const RawOptions& options, World& world)
{
  std::vector<Problem> problems;
  const SettingsInput input = settings_input(options, world, problems);
  if (!problems.empty()) {
    world.err(problems_text(problems));
    return ExitCode::usage;
  }
  std::string out;
  std::string err;
  const ExitCode exit = config_validate(input, options.value("output", "text") == "json", out, err);
  world.out(out);
  world.err(err);
  return exit;
}

ExitCode config_explain_command(const RawOptions& options, World& world)
{
  std::string out;
  std::string err;
  const ExitCode exit = config_explain(options.positionals.front(), out, err);
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
