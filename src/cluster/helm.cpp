// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/helm.hpp>

#include "tool_words.hpp"
#include <utility>

namespace iplease {

namespace {

Command with_chart(const Target& target, std::vector<std::string> words, const HelmUpgrade& upgrade)
{
  for (std::string& word : chart_words(upgrade.chart)) {
    words.push_back(std::move(word));
  }
  words.insert(words.end(), {"--namespace", upgrade.name_space});
  if (!upgrade.values_file.empty()) {
    words.insert(words.end(), {"-f", upgrade.values_file});
  }
  Command command = helm_of_chart(target, std::move(words), upgrade.timeout);
  if (upgrade.values_file == "-") {
    command.input = upgrade.values;
    command.secret_input = upgrade.secret_values;
  }
  return command;
}

} // namespace

Command helm(const Target& target, std::vector<std::string> args, std::chrono::seconds timeout)
{
  Command command{.argv = tool_words(target.helm, target.kubeconfig), .timeout = timeout};
  if (!target.context.empty()) {
    command.argv.insert(command.argv.end(), {"--kube-context", target.context});
  }
  for (std::string& arg : args) {
    command.argv.push_back(std::move(arg));
  }
  return command;
}

Command
helm_of_chart(const Target& target, std::vector<std::string> args, std::chrono::seconds timeout)
{
  Command command = helm(target, std::move(args), timeout);
  command.folder = "/";
  return command;
}

std::vector<std::string> chart_words(const ChartRef& chart)
{
  if (chart.repository.find("://") != std::string::npos) {
    return {chart.name, "--repo", chart.repository, "--version", chart.version};
  }
  return {chart.repository + "/" + chart.name + "-" + chart.version + ".tgz"};
}

Command helm_upgrade(const Target& target, const HelmUpgrade& upgrade)
{
  std::vector<std::string> words{"upgrade"};
  if (upgrade.install) {
    words.emplace_back("--install");
  }
  words.push_back(upgrade.release);
  return with_chart(target, std::move(words), upgrade);
}

} // namespace iplease
