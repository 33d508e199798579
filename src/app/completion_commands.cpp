// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>
#include <iplease/cli/completion.hpp>
#include <iplease/core/nearest.hpp>
#include <iplease/engine/effects.hpp>

#include "commands.hpp"
#include "session.hpp"
#include <chrono>
#include <sstream>

namespace iplease {

namespace {

/// The ids of all runs on this machine, for any cluster. Asks no cluster.
std::vector<std::string> run_ids(World& world)
{
  const std::string state = world.variable("XDG_STATE_HOME");
  const std::string own = world.variable("IPLEASE_STATE_DIR");
  const std::string root = (!own.empty()     ? own
                            : !state.empty() ? state
                                             : world.home() + "/.local/state") +
                           "/iplease";
  std::vector<std::string> ids;
  for (const std::string& cluster : world.files().list(root).folders) {
    for (const std::string& run : world.files().list(root + "/" + cluster + "/runs").folders) {
      ids.push_back(run);
    }
  }
  return ids;
}

/// The contexts of the kubeconfig on the line or in force; kubectl reads only the file. Empty
/// unless a context is being completed.
std::vector<std::string> contexts(const std::vector<std::string>& words, World& world)
{
  const bool asked =
      !words.empty() && (words.back().starts_with("--context=") ||
                         (words.size() > 1 && words[words.size() - 2] == "--context"));
  if (!asked) {
    return {};
  }
  Command command{.argv = {"kubectl", "config", "get-contexts", "-o", "name"},
                  .timeout = std::chrono::seconds(2)};
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    if (words[at].starts_with("--kubeconfig=")) {
      command.argv.push_back(words[at]);
    } else if (words[at] == "--kubeconfig") {
      command.argv.push_back("--kubeconfig=" + words[at + 1]);
    }
  }
  std::istringstream lines(run(world.runner(), command).out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    names.push_back(line);
  }
  return names;
}

} // namespace

ExitCode complete_command(const std::vector<std::string>& words, World& world)
{
  CompletionFacts facts{
      .checks = check_ids(), .runs = run_ids(world), .contexts = contexts(words, world)};
  for (const Stage& stage : registry()) {
    facts.stages.emplace_back(stage.id);
  }
  world.only_data();
  world.out(completion_lines(complete(words, facts)));
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
  world.only_data();
  world.out(script);
  return ExitCode::done;
}

ExitCode man_command(const RawOptions& /*options*/, World& world)
{
  world.only_data();
  world.out(man_page());
  return ExitCode::done;
}

} // namespace iplease
