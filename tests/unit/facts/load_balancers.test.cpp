// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/load_balancers.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;
using test::cluster_of;

namespace {

std::vector<std::string> names(const Observation& seen)
{
  std::vector<std::string> out;
  for (const facts::OtherBalancer& one : facts::other_balancers(seen).value) {
    out.push_back(one.name + ": " + one.where);
  }
  return out;
}

WorkloadSeen daemon_set(const std::string& name)
{
  return {.kind = "DaemonSet", .name_space = "kube-system", .name = name};
}

} // namespace

TEST_CASE("kube-vip is known by its marks on a Service too", "[facts][balancers]")
{
  Observation seen = cluster_of("kubeadm");
  CHECK(names(seen).empty());
  const std::string mark = GENERATE("kube-vip.io/vipHost", "kube-vip.io/loadbalancerIPs");
  seen.load_balancers = {{.name_space = "a", .name = "web", .annotations = {{mark, "x"}}}};
  CHECK(names(seen) ==
        std::vector<std::string>{"kube-vip: its mark " + mark + " on Service a/web"});
  seen.service_lb = {"kube-vip (DaemonSet kube-system/kube-vip-ds)"};
  CHECK(names(seen) == std::vector<std::string>{"kube-vip: DaemonSet kube-system/kube-vip-ds"});
}

TEST_CASE("Other balancers and speakers of a second MetalLB are named", "[facts][balancers]")
{
  Observation seen = cluster_of("kubeadm");
  seen.service_lb = {"Cilium LB-IPAM (pool blue)"};
  seen.workloads = {daemon_set("lbnodeagent"), daemon_set("calico-node")};
  seen.metallb.controllers = {{.kind = "Deployment", .name_space = "metallb-system"}};
  seen.metallb.speakers = {{.kind = "DaemonSet", .name_space = "metallb-system", .name = "speaker"},
                           {.kind = "DaemonSet", .name_space = "old", .name = "speaker"}};
  CHECK(names(seen) ==
        std::vector<std::string>{"PureLB: DaemonSet kube-system/lbnodeagent",
                                 "speakers of another MetalLB: DaemonSet old/speaker",
                                 "Cilium LB-IPAM: pool blue"});
}

TEST_CASE("kube-vip as a file on the nodes, and its cloud provider", "[facts][balancers]")
{
  Observation seen = cluster_of("kubeadm");
  seen.system_pods_look = Look::seen;
  seen.system_pods = {{.name = "kube-vip-node1",
                       .of_node = true,
                       .images = {"ghcr.io/kube-vip/kube-vip:v0.8.9"},
                       .env = {{"svc_enable", "true"}}}};
  CHECK(names(seen) == std::vector<std::string>{"kube-vip: static pod kube-system/kube-vip-node1"});
  seen.system_pods.front().env["svc_enable"] = "false"; // serves only the control plane
  CHECK(names(seen).empty());
  seen.system_pods.front() = {.name = "kube-proxy-x", .images = {"registry.k8s.io/kube-proxy:v1"}};
  CHECK(names(seen).empty());
  seen.workloads = {
      {.kind = "StatefulSet", .name_space = "kube-system", .name = "kube-vip-cloud-provider"}};
  CHECK(names(seen) == std::vector<std::string>{"kube-vip's cloud provider: StatefulSet "
                                                "kube-system/kube-vip-cloud-provider"});
}
