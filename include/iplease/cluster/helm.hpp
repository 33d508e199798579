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

/// A chart of a repository that is a URL or a local folder: the operator's own repository list
/// (`helm repo add`) is never touched.
struct ChartRef {
  std::string repository{}; ///< URL or folder
  std::string name{};       ///< "metallb"
  std::string version{};    ///< exact
};
/// The words that name the chart: `NAME --repo URL --version X`, or the archive in the folder.
[[nodiscard]] std::vector<std::string> chart_words(const ChartRef& chart);

/// `helm upgrade --install RELEASE CHART... -n NS [-f FILE|-]`; `values` goes by standard input.
struct HelmUpgrade {
  std::string release{};
  std::string name_space{};
  ChartRef chart{};
  std::string values_file{}; ///< path, or "-" with `values`
  std::string values{};      ///< standard input when values_file is "-"
  bool secret_values = false;
  bool install = true; ///< with --install
  std::chrono::seconds timeout{300};
};
[[nodiscard]] Command helm_upgrade(const Target& target, const HelmUpgrade& upgrade);
[[nodiscard]] Command helm_template(const Target& target, const HelmUpgrade& upgrade);

} // namespace iplease
