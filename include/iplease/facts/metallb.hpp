// SPDX-License-Identifier: Apache-2.0
// Which MetalLB is in metallb-system, from which chart, under which names?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>

namespace iplease::facts {

enum class MetallbMadeBy {
  nobody,      ///< not installed
  its_chart,   ///< Helm, with the chart of metallb.github.io
  other_chart, ///< Helm, with another vendor's chart of that name
  micro_k8s,   ///< MicroK8s's addon
  manifests,   ///< manifests or Kubespray
};

struct Metallb {
  MetallbMadeBy made_by = MetallbMadeBy::nobody;
  std::string release{};    ///< Helm release, even a failed one without workloads; empty: none
  std::string chart{};      ///< "metallb-6.3.14"
  std::string version{};    ///< MetalLB's version without "v"; empty: unknown
  std::string controller{}; ///< name of the Deployment; empty: none
  std::string speaker{};    ///< name of the DaemonSet; empty: none
  /// The controller serves metrics over HTTP on port 7472. Akash finds them by the *Service* port's
  /// name, so the container port's name does not matter.
  bool plain_metrics = false;
  bool operator==(const Metallb&) const = default;
};

[[nodiscard]] Answer<Metallb> metallb(const Observation& seen);

/// How to change this MetalLB to a version that Akash supports, using what installed it.
[[nodiscard]] std::string how_to_change_version(const Metallb& of);

/// The chart's workload name for `part` ("controller", "speaker") of a release to be installed;
/// `full_name` is chart value fullnameOverride.
[[nodiscard]] std::string
future_name(const std::string& release, const std::string& full_name, const std::string& part);

} // namespace iplease::facts
