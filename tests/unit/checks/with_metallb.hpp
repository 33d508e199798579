// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>

namespace iplease::test {

/// A cluster that passes every MetalLB check.
[[nodiscard]] inline Observation with_metallb()
{
  Observation seen;
  seen.tools.server = "v1.34.4";
  seen.ip_operator.deployment.look = Look::seen;
  seen.ip_operator.deployment.value = {
      .kind = "Deployment", .name = "operator-ip", .wanted = 1, .ready = 1};
  seen.ip_operator.service = "operator-ip:rest";
  seen.metallb.version = "0.14.8";
  seen.metallb.controllers.push_back({.kind = "Deployment",
                                      .name_space = "metallb-system",
                                      .name = "metallb-controller",
                                      .selector = {{"app", "metallb"}},
                                      .wanted = 1,
                                      .ready = 1});
  seen.metallb.expose.look = Look::seen;
  seen.metallb.expose.value = {.name = "controller",
                               .selector = {{"app", "metallb"}},
                               .ports = {{.name = "monitoring", .port = 7472, .protocol = "TCP"}}};
  seen.metallb.expose_endpoints = 1;
  return seen;
}

} // namespace iplease::test
