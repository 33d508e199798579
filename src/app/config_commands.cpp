// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/command.hpp>

#include "commands.hpp"
#include "session.hpp"

namespace iplease {

ExitCode config_validate_command(const RawOptions& options, World& world)
{
  std::vector<Problem> problems;
  const SettingsInput input = settings_input(options, world, problems);
  if (!problems.empty()) {
    world.refuse(problems);
    return ExitCode::usage;
  }
  std::string out;
  std::string err;
  const ExitCode exit = config_validate(input, options.value("output", "text") == "json", out, err);
  world.out(out);
  world.err(err);
  return exit;
}

ExitCode config_show_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  const RunToResume only = only_unfinished(options, world);
  const std::string& uid = session.asked.cluster.uid.value;
  const bool counts = !only.cluster.empty() && (uid.empty() || uid == only.cluster);
  if (session.problems.empty() && counts) {
    session.input.unfinished = only.settings;
    ReadSettings read = read_settings(session.input);
    session.asked = std::move(read.settings);
    session.problems = std::move(read.problems);
    world.err("a run on cluster " + only.cluster +
              " is unfinished: its settings count there, and are shown\n");
  }
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  auto& kubeconfig = session.asked.cluster.kubeconfig;
  if (const std::string variable = world.variable("KUBECONFIG");
      !kubeconfig.given() && !variable.empty()) {
    kubeconfig = {.value = variable, .from = From::environment, .where = "KUBECONFIG"};
  }
  tell_warnings(session, world);
  world.out(config_show(session.asked, options.value("output", "text") == "json"));
  return ExitCode::done;
}

ExitCode config_explain_command(const RawOptions& options, World& world)
{
  std::string out;
  std::string err;
  const ExitCode exit =
      config_explain(options.positionals.empty() ? "" : options.positionals.front(), out, err);
  world.out(out);
  world.err(err);
  return exit;
}

ExitCode config_schema_command(const RawOptions& /*options*/, World& world)
{
  world.document(config_schema());
  return ExitCode::done;
}

namespace {

std::string written_words(const std::string& path, const Settings& want)
{
  return path + " is written. " +
         (want.pool.addresses.value.empty() ? "Fill in pool.addresses, then:\n  "
                                            : "See that it is right, then:\n  ") +
         shell_line({"iplease", "config", "validate", "-f", path}) + "\n";
}

} // namespace

ExitCode config_init_command(const RawOptions& options, World& world)
{
  std::string path = options.positionals.empty() ? "" : options.positionals.front();
  if (path == "-" || path == "/dev/stdout") {
    path.clear(); // as without FILE: standard output
  }
  const std::optional<std::string> taken = path.empty() ? std::nullopt : why_not_new(path);
  if (taken) {
    world.refuse({{.id = "IPL-CFG-022", .what = *taken, .exit = ExitCode::cannot_write}});
    return ExitCode::cannot_write;
  }
  const bool offline = options.has("offline");
  Session session = read_asked(options, world);
  if (session.problems.empty()) {
    look(session, options, world, offline, false);
    if (session.cluster_directory.empty() && !offline) {
      session.problems = blocking_problems(session.plan);
    }
  }
  if (!session.problems.empty()) {
    world.refuse(session.problems);
    return session.problems.front().exit;
  }
  Settings want = session.want;
  if (want.cluster.uid.value.empty() && !offline) {
    // The file is for this cluster, so it records the UID; on any other cluster nothing is done.
    want.cluster.uid = {
        .value = session.seen.cluster_uid.value, .from = From::flag, .where = "this cluster"};
  }
  const std::string text =
      config_init(want,
                  offline ? "a standard fresh provider, without looking at a cluster"
                          : "cluster " + session.seen.cluster_uid.value);
  if (path.empty()) {
    world.document(text);
    return ExitCode::done;
  }
  if (const auto failure =
          world.files().replace({.path = path, .content = text, .shown = text, .was = "absent"})) {
    world.refuse({{.id = "IPL-CFG-023",
                   .what = path + " cannot be written",
                   .saw = *failure,
                   .exit = ExitCode::cannot_write}});
    return ExitCode::cannot_write;
  }
  world.err(written_words(path, want));
  return ExitCode::done;
}

} // namespace iplease
