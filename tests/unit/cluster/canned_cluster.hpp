// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/observe.hpp>
#include <iplease/core/settings.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <support/canned_runner.hpp>
#include <support/support.hpp>

namespace iplease::test {

/// What our list template prints when there are no objects.
inline constexpr const char* k_none = "{\"kind\":\"End\",\"items\":0}\n";

/// A stand-in cluster: recorded answers, found by a part of the command line. Anything not recorded
/// is NotFound.
struct CannedCluster {
  explicit CannedCluster(const std::string& name);

  std::map<std::string, CommandResult> answers{};
  Settings want{};
  CannedRunner runner{[this](const Command& command) { return answer(command); }};
  CannedFiles files{};
  CannedPages pages{};
  StillClock clock{};
  NeverStop stop{};
  bool helm_version = false;

  [[nodiscard]] CommandResult answer(const Command& command) const
  {
    const std::string line = shell_line(command.argv);
    std::size_t longest = 0; // the longest match wins
    const CommandResult* found = nullptr;
    for (const auto& [piece, result] : answers) {
      if (piece.size() > longest && line.find(piece) != std::string::npos) {
        longest = piece.size();
        found = &result;
      }
    }
    if (found != nullptr) {
      return *found;
    }
    return {.exit_code = 1,
            .err = "Error from server (NotFound): nothing recorded for: " + line + "\n"};
  }
  [[nodiscard]] Effects effects() { return {runner, files, pages, clock, stop}; }
  [[nodiscard]] Observation observe()
  {
    runner.asked.clear();
    runner.most_at_once = 0;
    Effects doors = effects();
    return iplease::observe(
        want, {.kubeconfig = "/kc", .context = "lab", .home = "/home/op"}, doors, helm_version);
  }
  [[nodiscard]] bool was_asked(const std::string& piece) const
  {
    return std::any_of(runner.asked.begin(), runner.asked.end(), [&](const Command& command) {
      return shell_line(command.argv).find(piece) != std::string::npos;
    });
  }
};

inline CannedCluster::CannedCluster(const std::string& name)
{
  const auto text = [](const std::string& path) { return data("data/cluster/" + path); };
  answers["version -o json"].out = text("api/kubectl-version.json");
  answers["version --template"].out = "v3.16.4";
  if (name == "limited") {
    answers["get -f -"] = {.exit_code = 1,
                           .out = text("api/named-limited.json"),
                           .err = text("api/named-limited.err")};
    answers["get nodes,daemonsets"] = {
        .exit_code = 1, .out = text("api/lists-limited.txt"), .err = text("api/lists-limited.err")};
    answers["get services -A --field-selector"].out = text("api/services-limited.txt");
    answers["-l app.kubernetes.io/name=metallb"].out = text("api/controllers-limited.txt");
    answers["-l app=metallb"].out = k_none;
    answers["get ipaddresspools"] = {.exit_code = 1,
                                     .out = text("api/metallb-limited.txt"),
                                     .err = text("api/metallb-limited.err")};
    answers[" list -A"] = {.exit_code = 1,
                           .err = "Error: list: failed to list: secrets is forbidden: User "
                                  "\"limited\" cannot list resource \"secrets\" in "
                                  "API group \"\" at the cluster scope\n"};
    return;
  }
  const std::string folder = "lab/" + name + "/";
  answers["get -f -"].out = text(folder + "named.json");
  answers["get nodes,daemonsets"].out = text(folder + "lists.txt");
  answers["get services -A --field-selector"].out = text(folder + "services.txt");
  answers["-l app.kubernetes.io/name=metallb"].out = text(folder + "controllers.txt");
  answers["-l app=metallb"].out = k_none;
  answers[" list -A"].out = text(folder + "helm-list.json");
  answers["get values akash-provider"].out = text(folder + "values.yaml");
  if (name == "enabled") {
    answers["/proxy/usage"].out = text(folder + "usage.json");
  }
  answers["printenv"].out = text(folder + "printenv.txt");
}

} // namespace iplease::test
