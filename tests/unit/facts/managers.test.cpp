// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/managers.hpp>

#include <catch2/catch.hpp>

#include "clusters.hpp"

using namespace iplease;
using facts::manager_of;

namespace {

using Map = std::map<std::string, std::string>;

std::string engine(const Map& labels, const Map& annotations = {})
{
  const auto by = manager_of({labels, annotations});
  CHECK((!by || !by->where.empty()));
  return by ? by->engine : "";
}

} // namespace

TEST_CASE("Who manages an object is told by its marks", "[facts][managers]")
{
  CHECK(engine({{"kustomize.toolkit.fluxcd.io/name", "metallb"},
                {"kustomize.toolkit.fluxcd.io/namespace", "flux-system"}}) ==
        "Flux Kustomization flux-system/metallb");
  CHECK(engine({{"helm.toolkit.fluxcd.io/name", "metallb"},
                {"helm.toolkit.fluxcd.io/namespace", "infra"}}) ==
        "Flux HelmRelease infra/metallb");
  CHECK(engine({},
               {{"argocd.argoproj.io/tracking-id",
                 "lb:metallb.io/IPAddressPool:metallb-system/default"}}) ==
        "Argo CD Application lb");
  CHECK(engine({{"argocd.argoproj.io/instance", "lb"}}) == "Argo CD Application lb");
  CHECK(engine({{"fleet.cattle.io/bundle-name", "lb"}}) == "Fleet bundle lb");
  CHECK(engine({},
               {{"objectset.rio.cattle.io/owner-gvk", "k3s.cattle.io/v1, Kind=Addon"},
                {"objectset.rio.cattle.io/owner-name", "pool"}}) == "manifest pool of k3s or RKE2");
  CHECK(engine({{"k0s.k0sproject.io/stack", "kubeproxy"}}) == "stack kubeproxy of k0s");
  CHECK(engine({{"addonmanager.kubernetes.io/mode", "Reconcile"}}) == "the addon manager");
  // Labels that every chart sets prove nothing, nor does an addon that is created only once.
  CHECK(engine({{"app.kubernetes.io/instance", "metallb"},
                {"app.kubernetes.io/managed-by", "Helm"},
                {"addonmanager.kubernetes.io/mode", "EnsureExists"}}) == "");
}

TEST_CASE("Everything that a stage may change is asked about", "[facts][managers]")
{
  Observation seen = test::cluster_of("kubeadm");
  CHECK(facts::managed_objects(seen).value.empty());
  const Map flux{{"kustomize.toolkit.fluxcd.io/name", "x"}};
  seen.namespaces["metallb-system"] = flux;
  seen.kube_proxy.marks.labels = flux;
  seen.metallb.expose.value.labels = flux;
  seen.metallb.pools.value = {
      {.name = "default", .name_space = "metallb-system", .marks = {.labels = flux}},
      {.name = "other", .name_space = "metallb-system", .marks = {.labels = flux}}};
  seen.metallb.advertisements.value = {
      {.name = "l2advertisement1", .name_space = "metallb-system", .marks = {.labels = flux}}};
  seen.releases = {{.name = "metallb", .name_space = "metallb-system", .chart_name = "metallb"}};
  seen.metallb.controllers = {{.name_space = "metallb-system", .labels = flux}};
  seen.provider.release = {.look = Look::seen, .value = {.name = "akash-provider"}};
  seen.provider.stateful_set.value.labels = flux;
  seen.ip_operator.release = {.look = Look::seen, .value = {.name = "akash-ip-operator"}};
  seen.ip_operator.deployment.value.labels = flux;
  std::vector<std::string> steps;
  for (const facts::Managed& one : facts::managed_objects(seen).value) {
    CHECK(one.step.starts_with(one.stage + "/"));
    CHECK(one.by.engine == "Flux Kustomization x");
    CHECK(one.evidence.command.starts_with("kubectl get "));
    steps.push_back(one.step);
  }
  CHECK(steps == std::vector<std::string>{"namespace/apply",
                                          "metallb/install",
                                          "expose/apply",
                                          "pool/apply",
                                          "pool/advertise",
                                          "strict-arp/edit",
                                          "ip-operator/install",
                                          "provider/upgrade"});
}

TEST_CASE("A release is kept by what the distribution keeps it by", "[facts][managers]")
{
  Observation seen = test::cluster_of("k3s");
  seen.provider.release = {.look = Look::seen, .value = {.name = "akash-provider"}};
  seen.chart_keepers_look = Look::seen;
  seen.chart_keepers = {{.kind = "HelmChart",
                         .name_space = "kube-system",
                         .name = "akash-provider",
                         .release = "akash-provider",
                         .release_name_space = "akash-services"}};
  const auto managed = facts::managed_objects(seen);
  REQUIRE(managed.value.size() == 1);
  CHECK(managed.value.front().by.engine == "HelmChart kube-system/akash-provider of k3s or RKE2");
  seen.chart_keepers.front().release_name_space = "elsewhere";
  CHECK(facts::managed_objects(seen).value.empty());
  seen.chart_keepers.clear();
  const Look look = GENERATE(Look::forbidden, Look::unreachable, Look::failed);
  seen.chart_keepers_look = look;
  CHECK_FALSE(facts::managed_objects(seen).known());
  CHECK(facts::managed_objects(seen).look == look);
}
