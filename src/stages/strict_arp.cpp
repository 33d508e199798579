// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace iplease {

StagePlan plan_strict_arp(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  if (!want.strict_arp.value) {
    return stages::satisfied("left alone (strictARP: leave)");
  }
  if (!seen.kube_proxy.config.found()) {
    return stages::satisfied("no kube-proxy ConfigMap");
  }
  if (seen.kube_proxy.config.value.find("mode: ipvs") == std::string::npos
      && seen.kube_proxy.config.value.find("mode: \"ipvs\"") == std::string::npos) {
    return stages::satisfied("kube-proxy does not run in IPVS mode");
  }
  return stages::blocked({{.id = "IPL-STR-001", .what = "kube-proxy runs in IPVS mode", .exit = ExitCode::blocked}});
}

} // namespace iplease
