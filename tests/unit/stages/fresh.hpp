// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace iplease::test {

inline constexpr const char* k_address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx";

inline std::vector<AddressRange> ranges(const std::vector<std::string>& texts)
{
  std::vector<AddressRange> out;
  for (const std::string& text : texts) {
    out.push_back(std::get<AddressRange>(parse_range(text)));
  }
  return out;
}

/// A fresh standard provider, as in the lab: one control-plane node, no MetalLB.
inline Observation fresh()
{
  Observation seen = assumed_observation();
  seen.assumed = false;
  seen.context = "lab";
  seen.kubeconfig = "/etc/kubernetes/admin.conf";
  seen.cluster_uid = {.look = Look::seen, .value = "uid-1"};
  seen.nodes.front().no_schedule_taints.clear();
  seen.provider.release_values.value =
      Secret(std::string("domain: provider.example.com\nfrom: ") + k_address +
             "\nkey: ZmFrZWtleQ==\nkeysecret: ZmFrZQ==\n");
  return seen;
}

inline Settings wanted()
{
  Settings want;
  want.pool.addresses.value = ranges({"203.0.113.100-203.0.113.120"});
  want.provider.address.value = k_address;
  return want;
}

inline ServiceSeen exposed(const std::string& release = "metallb")
{
  return {.name_space = "metallb-system",
          .name = "controller",
          .type = "ClusterIP",
          .selector = {{"app.kubernetes.io/name", "metallb"},
                       {"app.kubernetes.io/instance", release},
                       {"app.kubernetes.io/component", "controller"}},
          .ports = {{.name = "monitoring", .port = 7472, .target = "7472", .protocol = "TCP"}}};
}

/// The same cluster after a complete enable.
inline Observation enabled()
{
  Observation seen = fresh();
  const std::string labels = "pod-security.kubernetes.io/";
  seen.namespaces["metallb-system"] = {{labels + "enforce", "privileged"},
                                       {labels + "audit", "privileged"},
                                       {labels + "warn", "privileged"}};
  seen.releases.push_back({.name = "metallb",
                           .name_space = "metallb-system",
                           .revision = 1,
                           .status = "deployed",
                           .chart = "metallb-0.14.8",
                           .chart_name = "metallb",
                           .chart_version = "0.14.8",
                           .app_version = "v0.14.8"});
  seen.metallb.version = "0.14.8";
  seen.metallb.controllers = {{.kind = "Deployment",
                               .name_space = "metallb-system",
                               .name = "metallb-controller",
                               .selector = exposed().selector,
                               .ports = {{"monitoring", 7472}},
                               .wanted = 1,
                               .ready = 1}};
  seen.metallb.speakers = {{.kind = "DaemonSet",
                            .name_space = "metallb-system",
                            .name = "metallb-speaker",
                            .args = {"--port=7472", "--ignore-exclude-lb=true"},
                            .wanted = 1,
                            .ready = 1}};
  seen.metallb.pools = {.look = Look::seen,
                        .value = {{.name = "default",
                                   .name_space = "metallb-system",
                                   .addresses = {"203.0.113.100-203.0.113.120"}}}};
  seen.metallb.advertisements = {
      .look = Look::seen,
      .value = {
          {.name = "l2advertisement1", .name_space = "metallb-system", .pools = {"default"}}}};
  seen.metallb.expose = {.look = Look::seen, .value = exposed()};
  seen.metallb.expose_endpoints = 1;
  seen.provider.release_values.value =
      Secret(seen.provider.release_values.value.reveal() +
             "ipoperator: true\nattributes:\n- key: ip-lease\n  value: \"true\"\n- key: "
             "capabilities/ip-lease\n"
             "  value: \"true\"\n- key: feat-endpoint-ip\n  value: \"true\"\n");
  seen.provider.env_ip_operator = {.look = Look::seen, .value = "true"};
  IpOperatorSeen& ipo = seen.ip_operator;
  ipo.release = {.look = Look::seen,
                 .value = {.name = "akash-ip-operator",
                           .name_space = "akash-services",
                           .revision = 1,
                           .status = "deployed",
                           .chart = "akash-ip-operator-19.0.2",
                           .chart_name = "akash-ip-operator",
                           .chart_version = "19.0.2",
                           .app_version = "0.16.2"}};
  seen.releases.push_back(ipo.release.value);
  ipo.deployment = {
      .look = Look::seen,
      .value = {.kind = "Deployment", .name = "operator-ip", .wanted = 1, .ready = 1}};
  ipo.provider_address = {.look = Look::seen, .value = k_address};
  ipo.available = 21;
  ipo.in_use = 0;
  return seen;
}

/// The observation's release of that name.
inline ReleaseSeen& release(Observation& seen, const std::string& name)
{
  for (ReleaseSeen& one : seen.releases) {
    if (one.name == name) {
      return one;
    }
  }
  throw std::runtime_error("no release " + name);
}

inline StagePlan stage(const Plan& plan, const std::string& id)
{
  for (const StagePlan& one : plan.stages) {
    if (one.stage == id) {
      return one;
    }
  }
  throw std::runtime_error("no stage " + id);
}

inline std::vector<std::string> step_ids(const StagePlan& plan)
{
  std::vector<std::string> ids;
  for (const Step& step : plan.steps) {
    ids.push_back(step.id);
  }
  return ids;
}

} // namespace iplease::test
