// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>

#include <catch2/catch.hpp>

#include <support/scripted.hpp>

using namespace iplease;

namespace {

struct AccessWorld {
  test::MemoryFiles files{};
  std::string problem{};
  Access find(const std::string& variable, const std::string& context = "")
  {
    Settings want;
    want.cluster.context.value = context;
    return find_access(
        want, {.kubeconfig = variable, .home = "/home/op", .folder = "/home/op"}, files, problem);
  }
};

const std::string k_alpha = "kind: Config\ncurrent-context: alpha\n";
const std::string k_beta = "kind: Config\ncurrent-context: beta\n";

} // namespace

TEST_CASE("A relative KUBECONFIG counts from the folder of the start", "[cluster][access]")
{
  AccessWorld world;
  world.files.files["/home/op/kube/config"] = k_alpha;
  CHECK(world.find("kube/config").kubeconfig == "/home/op/kube/config");
  CHECK(world.find("./x/../kube/config").kubeconfig == "/home/op/kube/config");
  CHECK(world.problem.empty());
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
  CHECK(world.problem.empty());

  // The tools leave out what is not there; one file that is left goes by the flag as ever.
  access = world.find("/etc/gone:/etc/beta");
  CHECK(access.kubeconfig == "/etc/beta");
  CHECK(access.context == "beta");
  access = world.find("/etc/gone:gone");
  CHECK(world.problem.find("/home/op/gone: no such file") != std::string::npos);
}

TEST_CASE("A broken file in KUBECONFIG is told and not left out", "[cluster][access]")
{
  AccessWorld world;
  world.files.files["/etc/broken"] = "kind: [\n";
  world.files.files["/etc/beta"] = k_beta;
  CHECK(world.find("/etc/broken:/etc/beta").kubeconfig == "/etc/broken");
  CHECK(world.problem.find("/etc/broken:") != std::string::npos);
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
