// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/completion.hpp>

#include "commands.hpp"
#include "session.hpp"

namespace iplease {

namespace {

/// The ids of all runs on this machine, of whatever cluster; nothing is asked of a cluster.
std::vector<std::string> run_ids(World& world)
{
  const std::string state = world.variable("XDG_STATE_HOME");
  const std::string own = world.variable("IPLEASE_STATE_DIR");
  const std::string root =
      !own.empty() ? own : (state.empty() ? world.home() + "/.local/state" : state) + "/iplease";
  std::vector<std::string> ids;
  for (const std::string& cluster : world.files().list(root).folders) {
    for (const std::string& run : world.files().list(root + "/" + cluster + "/runs").folders) {
      ids.push_back(run);
    }
  }
  return ids;
}

} // namespace

ExitCode complete_command(const std::vector<std::string>& words, World& world)
{
  std::vector<std::string> stages;
  for (const Stage& stage : registry()) {
    stages.emplace_back(stage.id);
  }
  world.out(completion_lines(complete(words, stages, run_ids(world))));
  return ExitCode::done;
}

ExitCode completion_command(const RawOptions& options, World& world)
{
  const std::string& shell = options.positionals.front();
  const std::string script = completion_script(shell);
  if (script.empty()) {
    const std::string near = nearest(shell, {"bash", "zsh", "fish"});
    world.refuse({{.id = "IPL-CLI-003",
                   .what = "there is no completion for `" + shell + "`",
                   .fix = near.empty() ? "one of: bash, zsh, fish" : "did you mean `" + near + "`?",
                   .exit = ExitCode::usage}});
    return ExitCode::usage;
  }
  world.out(script);
  return ExitCode::done;
}

ExitCode man_command(const RawOptions& /*options*/, World& world)
{
  world.out(man_page());
  return ExitCode::done;
}

} // namespace iplease
