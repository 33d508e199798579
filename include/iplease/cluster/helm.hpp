// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/target.hpp>
#include <iplease/core/command.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace iplease {

/// `helm --kubeconfig K --kube-context C ARGS...`.
[[nodiscard]] Command helm(const Target& target,
                           std::vector<std::string> args,
                           std::chrono::seconds timeout = std::chrono::seconds{120});

/// A chart in a repository, given by URL or local folder. iplease never touches the operator's own
/// repository list (`helm repo add`).
struct ChartRef {
  std::string repository{}; ///< URL or folder
  std::string name{};       ///< "metallb"
  std::string version{};    ///< exact
};
/// Arguments that name the chart: `NAME --repo URL --version X`, or the archive in the folder.
[[nodiscard]] std::vector<std::string> chart_words(const ChartRef& chart);

/// A helm command that names a chart. It runs in the root folder, so every path in ARGS must be
/// absolute: Helm prefers a file or folder with the chart's name in the current folder, even with
/// --repo, and Akash's guide puts the values into ~/provider.
[[nodiscard]] Command
helm_of_chart(const Target& target, std::vector<std::string> args, std::chrono::seconds timeout);

/// `helm upgrade --install RELEASE CHART... -n NS [-f FILE|-]`; `values` goes to standard input.
struct HelmUpgrade {
  std::string release{};
  std::string name_space{};
  ChartRef chart{};
  std::string values_file{}; ///< path, or "-" with `values`
  std::string values{};      ///< standard input when values_file is "-"
  bool secret_values = false;
  bool install = true; ///< pass --install
  std::chrono::seconds timeout{300};
};
[[nodiscard]] Command helm_upgrade(const Target& target, const HelmUpgrade& upgrade);

} // namespace iplease
