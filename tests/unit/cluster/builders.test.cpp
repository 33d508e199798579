// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {
const Target k_target{.kubectl = {"k3s", "kubectl"},
                      .helm = {"helm"},
                      .kubeconfig = "/etc/kubernetes/admin.conf",
                      .context = "prod"};
}

TEST_CASE("Every call names the kubeconfig and the context", "[cluster][builders]")
{
  CHECK(shell_line(kubectl(k_target, {"get", "nodes"}).argv) ==
        "k3s kubectl --kubeconfig /etc/kubernetes/admin.conf --context prod get nodes");
  CHECK(shell_line(helm(k_target, {"list"}).argv) ==
        "helm --kubeconfig /etc/kubernetes/admin.conf --kube-context prod list");
}

TEST_CASE("A chart comes from a repository or from a folder, never from the operator's list",
          "[cluster][builders]")
{
  CHECK(shell_line(chart_words({"https://x.example/charts", "metallb", "0.14.8"})) ==
        "metallb --repo https://x.example/charts --version 0.14.8");
  CHECK(shell_line(chart_words({"/srv/charts", "metallb", "0.14.8"})) ==
        "/srv/charts/metallb-0.14.8.tgz");
}

TEST_CASE("Values by standard input reach the pipe and not argv", "[cluster][builders]")
{
  const Command command = helm_upgrade(k_target,
                                       {.release = "metallb",
                                        .name_space = "metallb-system",
                                        .chart = {"https://x.example", "metallb", "0.14.8"},
                                        .values_file = "-",
                                        .values = "a: b\n"});
  CHECK(command.input == "a: b\n");
  CHECK(shell_line(command.argv) ==
        "helm --kubeconfig /etc/kubernetes/admin.conf --kube-context prod upgrade --install "
        "metallb metallb --repo https://x.example --version 0.14.8 --namespace metallb-system "
        "-f -");
}
