// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>

#include <catch2/catch.hpp>

#include "canned_cluster.hpp"
#include <support/scripted.hpp>

using namespace iplease;

namespace {

struct AccessWorld {
  test::MemoryFiles files{};
  [[nodiscard]] Access find(const std::string& variable, const std::string& context = "")
  {
    Settings want;
    want.cluster.context.value = context;
    return find_access(
        want, {.kubeconfig = variable, .home = "/home/op", .folder = "/home/op"}, files);
  }
};

const std::string k_alpha =
    "kind: Config\ncurrent-context: alpha\ncontexts:\n- name: alpha\n- name: gamma\n";
const std::string k_beta = "kind: Config\ncurrent-context: beta\ncontexts: [{name: beta}]\n";

} // namespace

TEST_CASE("A relative KUBECONFIG counts from the folder of the start", "[cluster][access]")
{
  AccessWorld world;
  world.files.files["/home/op/kube/config"] = k_alpha;
  CHECK(world.find("kube/config").kubeconfig == "/home/op/kube/config");
  CHECK(world.find("./x/../kube/config").kubeconfig == "/home/op/kube/config");
  CHECK(world.find("kube/config").problem.empty());
}

TEST_CASE("A KUBECONFIG with several files is handed on whole", "[cluster][access]")
{
  AccessWorld world;
  world.files.files["/home/op/users"] = "kind: Config\nusers: []\n";
  world.files.files["/etc/alpha"] = k_alpha;
  world.files.files["/etc/beta"] = k_beta;
  Access access = world.find("users:/etc/alpha:/etc/beta");
  CHECK(access.kubeconfig == "/home/op/users:/etc/alpha:/etc/beta");
  CHECK(access.context == "alpha");
  CHECK(access.problem.empty());
  CHECK(world.find("users:/etc/alpha:/etc/beta", "beta").problem.empty());

  // The tools skip missing files. A single remaining file is passed with the flag.
  access = world.find("/etc/gone:/etc/beta");
  CHECK(access.kubeconfig == "/etc/beta");
  CHECK(access.context == "beta");
  access = world.find("/etc/gone:gone");
  CHECK(access.problem == "KUBECONFIG names no file that is there (/etc/gone: no such file; "
                          "/home/op/gone: no such file)");
}

TEST_CASE("A broken file in KUBECONFIG is told and not left out", "[cluster][access]")
{
  AccessWorld world;
  world.files.files["/etc/broken"] = "kind: [\n";
  world.files.files["/etc/beta"] = k_beta;
  const Access access = world.find("/etc/broken:/etc/beta");
  CHECK(access.kubeconfig == "/etc/broken");
  CHECK(access.problem.find("/etc/broken:") != std::string::npos);
}

TEST_CASE("A kubeconfig that names no server is told with its path", "[cluster][access]")
{
  AccessWorld world;
  CHECK(world.find("/etc/gone").problem == "/etc/gone: no such file");
  CHECK(world.find("/etc/gone").kubeconfig == "/etc/gone"); // the tools still run
  CHECK(world.find(":").problem == "KUBECONFIG names no file");
  CHECK(world.find("").problem.starts_with("/home/op/.kube/config: no such file; /etc/kub"));
  world.files.files["/etc/bare"] = "kind: Config\n";
  CHECK(world.find("/etc/bare").problem == "/etc/bare: no current-context");
  CHECK(world.find("/etc/bare:/etc/gone").problem == "/etc/bare: no current-context");
  CHECK(world.find("/etc/bare", "any").problem == "/etc/bare has no context any; it has: none");
  world.files.files["/etc/alpha"] = k_alpha;
  CHECK(world.find("/etc/alpha", "beta").problem ==
        "/etc/alpha has no context beta; it has: alpha, gamma");
  CHECK(world.find("/etc/alpha", "gamma").problem.empty());
}

TEST_CASE("A kubeconfig that names no server is the cause only where kubectl fails",
          "[cluster][access]")
{
  test::CannedCluster cluster("enabled");
  const Access access{.kubeconfig = "/gone", .problem = "/gone: no such file"};
  Effects doors = cluster.effects();
  CHECK(observe(cluster.want, access, doors, false).tools.kubeconfig_error.empty()); // in a pod
  cluster.answers["version -o json"] = {.exit_code = 1,
                                        .err = "error: stat /gone: no such file or directory\n"};
  const Observation seen = observe(cluster.want, access, doors, false);
  CHECK(seen.tools.kubeconfig_error == "/gone: no such file");
  CHECK(seen.tools.server_error == "error: stat /gone: no such file or directory");
}

TEST_CASE("One kubeconfig goes by flag and a list by KUBECONFIG", "[cluster][access]")
{
  Target target{.kubeconfig = "/a", .context = "c"};
  CHECK(shell_line(kubectl(target, {"get", "nodes"}).argv) ==
        "kubectl --kubeconfig /a --context c get nodes");
  target.kubeconfig = "/a:/b";
  CHECK(shell_line(kubectl(target, {"get", "nodes"}).argv) ==
        "env KUBECONFIG=/a:/b kubectl --context c get nodes");
  CHECK(shell_line(helm(target, {"list"}).argv) ==
        "env KUBECONFIG=/a:/b helm --kube-context c list");
}
