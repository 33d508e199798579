// SPDX-License-Identifier: Apache-2.0
// Which MetalLB is in metallb-system, whose chart, under which names?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>

namespace iplease::facts {

enum class MetallbMadeBy {
  nobody,      ///< there is none
  its_chart,   ///< Helm, with the chart of metallb.github.io
  other_chart, ///< Helm, with another vendor's chart of the same name
  micro_k8s,   ///< MicroK8s's addon
  manifests,   ///< manifests or Kubespray
};

struct Metallb {
  MetallbMadeBy made_by = MetallbMadeBy::nobody;
  std::string release{};    ///< Helm's, when there is one, also a failed one without workloads
  std::string chart{};      ///< "metallb-6.3.14"
  std::string version{};    ///< MetalLB's own, without "v"; empty: not told
  std::string controller{}; ///< name of the Deployment; empty: there is none
  std::string speaker{};    ///< name of the DaemonSet; empty: there is none
  /// The controller serves its metrics over HTTP on 7472, which Akash reads through the name of a
  /// *Service* port; how a container port is called does not matter.
  bool plain_metrics = false;
  bool operator==(const Metallb&) const = default;
};

[[nodiscard]] Answer<Metallb> metallb(const Observation& seen);

/// How this one gets to a version that Akash can use: with what installed it.
[[nodiscard]] std::string how_to_change_version(const Metallb& of);

/// The chart's workload name for `part` ("controller", "speaker") of a release that is yet to be
/// installed; `full_name`: chart value fullnameOverride.
[[nodiscard]] std::string
future_name(const std::string& release, const std::string& full_name, const std::string& part);

} // namespace iplease::facts
