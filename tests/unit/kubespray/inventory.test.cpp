// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/platform/disk_files.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <support/inventory_dir.hpp>
#include <support/support.hpp>

using namespace iplease;
using namespace iplease::kubespray;
using iplease::test::InventoryDir;

namespace {

Wanted wanted()
{
  return {.addresses = {"192.0.2.0/28", "198.51.100.10-198.51.100.20"}};
}

InventoryPlan
planned(const std::string& name, const std::string& release, const Wanted& want = wanted())
{
  auto plan = plan_inventory(*parse_release(release), want, InventoryDir(name).look());
  for (const Problem& problem : plan.problems) {
    INFO(problem.what);
    CHECK(problem.id.empty());
  }
  return plan;
}

std::string text_of(const InventoryPlan& plan, const std::string& ending)
{
  for (const FileWrite& write : plan.writes) {
    if (write.path.ends_with(ending)) {
      return write.content;
    }
  }
  return "";
}

bool noted(const InventoryPlan& plan, const std::string& words)
{
  return std::any_of(plan.notes.begin(), plan.notes.end(), [&](const std::string& note) {
    return note.find(words) != std::string::npos;
  });
}

} // namespace

TEST_CASE("Releases are read and sorted into what their role reads", "[kubespray]")
{
  const auto [text, variables] =
      GENERATE(table<std::string, Variables>({{"v2.14.0", Variables::none},
                                              {"v2.17.1", Variables::none},
                                              {"v2.18.0", Variables::flat},
                                              {"2.21.0", Variables::flat},
                                              {"v2.22.0", Variables::none},
                                              {"v2.22.1", Variables::config},
                                              {"v2.31.0", Variables::config},
                                              {"2.32.0-dev", Variables::config}}));
  REQUIRE(parse_release(text));
  CHECK(variables_of(*parse_release(text)) == variables);
  CHECK(refusal(*parse_release(text)).has_value() == (variables == Variables::none));
  CHECK_FALSE(parse_release(GENERATE("", "v2", "2.31", "v2.x.0", "2.31.0x", "master")));
}

TEST_CASE("galaxy.yml tells the release", "[kubespray]")
{
  CHECK(release_of_galaxy("---\nnamespace: kubernetes_sigs\nname: kubespray\nversion: "
                          "2.31.0\nreadme: README.md\n") == Release{2, 31, 0});
  CHECK_FALSE(release_of_galaxy("name: kubespray\n"));
  CHECK_FALSE(release_of_galaxy("version: [2"));
  CHECK_FALSE(release_of_galaxy(""));
}

TEST_CASE("Releases that cannot serve Akash are refused with an id that explains", "[kubespray]")
{
  CHECK(plan_inventory({2, 17, 0}, wanted(), {}).problems.at(0).id == "IPL-KSP-002");
  CHECK(plan_inventory({2, 22, 0}, wanted(), {}).problems.at(0).id == "IPL-KSP-003");
  for (const char* id :
       {"IPL-KSP-001", "IPL-KSP-002", "IPL-KSP-003", "IPL-KSP-004", "IPL-KSP-005"}) {
    CHECK(find_entry(id) != nullptr);
  }
}

TEST_CASE("A v2.21 inventory gets the flat variables, and keeps everything else", "[kubespray]")
{
  const auto plan = planned("old", "v2.21.0");
  REQUIRE(plan.writes.size() == 2);
  CHECK(text_of(plan, "addons.yml") == "---\n"
                                       "# Helm deployment\n"
                                       "helm_enabled: false\n"
                                       "\n"
                                       "# MetalLB deployment\n"
                                       "metallb_enabled: true\n"
                                       "metallb_speaker_enabled: True\n"
                                       "# metallb_ip_range:\n"
                                       "#   - \"10.5.0.50-10.5.0.99\"\n"
                                       "# metallb_pool_name: \"loadbalanced\"\n"
                                       "# metallb_auto_assign: true\n"
                                       "\n"
                                       "argocd_enabled: false\n"
                                       "metallb_protocol: layer2\n"
                                       "metallb_pool_name: default\n"
                                       "metallb_ip_range:\n"
                                       "  - \"192.0.2.0/28\"\n"
                                       "  - \"198.51.100.10-198.51.100.20\"\n"
                                       "metallb_auto_assign: true\n"
                                       "metallb_avoid_buggy_ips: false\n"
                                       "# argocd_admin_password: \"password\"\n");
  CHECK(text_of(plan, "k8s-cluster.yml").find("kube_proxy_strict_arp: true\n") !=
        std::string::npos);
}

TEST_CASE("v2.18 spells one variable its own way", "[kubespray]")
{
  const auto text = text_of(planned("old", "v2.18.2"), "addons.yml");
  CHECK(text.find("\nmatallb_auto_assign: true\n") != std::string::npos);
  CHECK(text.find("\nmetallb_avoid_buggy_ips") == std::string::npos);
}

TEST_CASE("A v2.31 inventory gets metallb_config", "[kubespray]")
{
  const auto plan = planned("new", "v2.31.0");
  const auto text = text_of(plan, "addons.yml");
  CHECK(text.find("metallb_config:\n"
                  "  address_pools:\n"
                  "    default:\n"
                  "      ip_range:\n"
                  "        - \"192.0.2.0/28\"\n"
                  "        - \"198.51.100.10-198.51.100.20\"\n"
                  "      auto_assign: true\n"
                  "      avoid_buggy_ips: false\n"
                  "  layer2:\n"
                  "    - default\n") != std::string::npos);
  CHECK(text.find("\nmetallb_ip_range") == std::string::npos);
  CHECK(text.find("metallb_namespace: \"metallb-system\"\n") != std::string::npos);
  CHECK(text_of(plan, "k8s-cluster.yml").find("kube_proxy_strict_arp: true # keep the column\n") !=
        std::string::npos);
}

TEST_CASE("The namespace is written for the releases that fail without it", "[kubespray]")
{
  const std::string key = "\nmetallb_namespace: metallb-system\n";
  CHECK(text_of(planned("old", "v2.25.0"), "addons.yml").find(key) != std::string::npos);
  CHECK(text_of(planned("old", "v2.29.1"), "addons.yml").find(key) != std::string::npos);
  CHECK(text_of(planned("old", "v2.24.3"), "addons.yml").find(key) == std::string::npos);
}

TEST_CASE("Before v2.24 the role hard-codes avoidBuggyIPs and the plan says so", "[kubespray]")
{
  const auto plan = planned("old", "v2.23.3");
  CHECK(noted(plan, "always sets avoidBuggyIPs"));
  CHECK(text_of(plan, "addons.yml").find("avoid_buggy_ips") == std::string::npos);
}

TEST_CASE("Variables are changed where they are, and other pools stay", "[kubespray]")
{
  const auto plan = planned("inline", "v2.31.0");
  const auto text = text_of(plan, "hosts.yaml");
  CHECK(text.find("        internal:\n          ip_range:\n          - 10.9.0.0/24\n          "
                  "auto_assign: false\n") != std::string::npos);
  CHECK(text.find("        default:\n          ip_range:\n          - \"192.0.2.0/28\"\n") !=
        std::string::npos);
  CHECK(text.find("      layer2:\n      - internal\n      - default\n") != std::string::npos);
  CHECK(text.find("kube_proxy_strict_arp: yes\n") != std::string::npos);
  CHECK(text.find("ansible_become_password: canary-become\n") != std::string::npos);
  // Without group_vars/k8s_cluster, new variables go into the inventory file's own vars.
  CHECK(plan.writes.size() == 1);
  CHECK(text.find("metallb_namespace: metallb-system\n") != std::string::npos);
}

TEST_CASE("The diff never shows an inventory's secrets", "[kubespray]")
{
  for (const FileWrite& write : planned("inline", "v2.31.0").writes) {
    CHECK(write.shown.find("canary-become") == std::string::npos);
    CHECK(write.shown.find("+") != std::string::npos);
  }
}

TEST_CASE("Writing twice changes nothing the second time", "[kubespray]")
{
  const auto [name, release] = GENERATE(table<std::string, std::string>({{"old", "v2.21.0"},
                                                                         {"old", "v2.18.0"},
                                                                         {"new", "v2.31.0"},
                                                                         {"new", "v2.27.0"},
                                                                         {"inline", "v2.31.0"},
                                                                         {"inline", "v2.21.0"}}));
  InventoryDir dir(name);
  const auto first = plan_inventory(*parse_release(release), wanted(), dir.look());
  REQUIRE(first.problems.empty());
  REQUIRE_FALSE(first.writes.empty());
  dir.write(first.writes);
  CHECK(plan_inventory(*parse_release(release), wanted(), dir.look()).writes.empty());
}

TEST_CASE("The same addresses in another spelling are not written again", "[kubespray]")
{
  const std::string range = GENERATE(as<std::string>{},
                                     "[192.0.2.0/28, '198.51.100.10-198.51.100.20']",
                                     "\n      - 192.0.2.0/28 # ours\n"
                                     "      - \"198.51.100.10-198.51.100.20\"");
  InventoryDir dir("new");
  dir.write(plan_inventory({2, 31, 0}, wanted(), dir.look()).writes);
  dir.put("group_vars/k8s_cluster/addons.yml",
          "metallb_enabled: yes\nmetallb_speaker_enabled: true\nmetallb_namespace: metallb-system\n"
          "metallb_config:\n  address_pools:\n    default:\n      auto_assign: true\n"
          "      avoid_buggy_ips: false\n      ip_range: " +
              range + "\n  layer2: [default]\n");
  CHECK(plan_inventory({2, 31, 0}, wanted(), dir.look()).writes.empty());
  Wanted less = wanted();
  less.addresses.pop_back();
  CHECK(plan_inventory({2, 31, 0}, less, dir.look()).writes.size() == 1);
}

TEST_CASE("An inventory's file keeps its mode", "[kubespray]")
{
  InventoryDir dir("new");
  const std::string addons = dir.path("group_vars/k8s_cluster/addons.yml");
  std::filesystem::permissions(addons, std::filesystem::perms{0640});
  dir.write(plan_inventory({2, 31, 0}, wanted(), dir.look()).writes);
  CHECK(std::filesystem::status(addons).permissions() == std::filesystem::perms{0640});
  for (const std::string& copy : backups_of(addons)) {
    CHECK(std::filesystem::status(copy).permissions() == std::filesystem::perms{0640});
  }
}

TEST_CASE("Flat variables in a newer inventory are named as dead", "[kubespray]")
{
  const InventoryDir dir("new");
  dir.put("group_vars/k8s_cluster/addons.yml", "metallb_ip_range: [192.0.2.0/28]\n");
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  CHECK(noted(plan, "metallb_ip_range is in the inventory, but Kubespray reads it no more"));
}

TEST_CASE("An inventory that cannot be edited is refused whole", "[kubespray]")
{
  const InventoryDir dir("new");
  dir.put("group_vars/k8s_cluster/addons.yml", "metallb_enabled: b: c\n");
  dir.remove("group_vars/k8s_cluster/k8s-cluster.yml");
  dir.put("group_vars/k8s_cluster/k8s-cluster.yml/x", ""); // a folder of that name is not a file
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  REQUIRE_FALSE(plan.problems.empty());
  CHECK(plan.problems.at(0).id == "IPL-KSP-004");
  CHECK(plan.writes.empty());
}

TEST_CASE("A file that cannot be read is named", "[kubespray]")
{
  auto seen = InventoryDir("new").look();
  seen.files.back().error = "Permission denied";
  const auto plan = plan_inventory({2, 31, 0}, wanted(), seen);
  REQUIRE(plan.problems.size() == 1);
  CHECK(plan.problems.at(0).id == "IPL-KSP-004");
  CHECK(plan.problems.at(0).what == seen.files.back().path + " cannot be read: Permission denied");
}

TEST_CASE("A folder of variables without files gets both", "[kubespray]")
{
  const InventoryDir dir("");
  dir.put("inventory.ini", "[kube_control_plane]\nnode1\n");
  dir.put("group_vars/k8s_cluster/.keep", "");
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  REQUIRE(plan.writes.size() == 2);
  CHECK(text_of(plan, "/k8s_cluster/k8s-cluster.yml") == "---\nkube_proxy_strict_arp: true\n");
}

TEST_CASE("A cluster of tainted control planes gets tolerations, unless there are some",
          "[kubespray]")
{
  Wanted want = wanted();
  want.tolerate_control_plane = true;
  CHECK(text_of(planned("new", "v2.31.0", want), "addons.yml").find("    tolerations:\n") !=
        std::string::npos);
  CHECK(text_of(planned("old", "v2.21.0", want), "addons.yml")
            .find("metallb_controller_tolerations:\n") != std::string::npos);
  CHECK(text_of(planned("inline", "v2.31.0", want), "hosts.yaml").find("tolerations:\n") !=
        std::string::npos);
}

TEST_CASE("The play runs from the checkout, for the addon alone", "[kubespray]")
{
  const InventoryDir dir("new");
  const auto seen = dir.look();
  const auto command = playbook(seen, std::chrono::seconds{1800});
  CHECK(command.argv == std::vector<std::string>{"env",
                                                 "-C",
                                                 seen.dir,
                                                 "ansible-playbook",
                                                 "-i",
                                                 dir.path("hosts.yaml"),
                                                 "--become",
                                                 "cluster.yml",
                                                 "--tags",
                                                 "metallb"});
  CHECK(dir.path() == seen.dir + "/inventory/prod"); // two levels up, unless given
}

TEST_CASE("What Ansible would not read is not looked at, and what it reads is", "[kubespray]")
{
  const InventoryDir dir("new");
  dir.put("group_vars/all.yml", "metallb_enabled: false\n"); // beside a folder `all`
  dir.put("group_vars/k8s_cluster/addons.yml.backup-20260101T000000Z", "metallb_enabled: x\n");
  dir.put("group_vars/k8s_cluster/zz-mine.yml", "metallb_enabled: false\n"); // the last file wins
  dir.put("group_vars/k8s_cluster/deeper/x.yml", "metallb_speaker_enabled: false\n");
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  REQUIRE(plan.problems.empty());
  CHECK(text_of(plan, "k8s_cluster/zz-mine.yml") == "metallb_enabled: true\n");
  CHECK(text_of(plan, "deeper/x.yml") == "metallb_speaker_enabled: true\n");
  CHECK(text_of(plan, "all.yml").empty());
}

TEST_CASE("group_vars/k8s_cluster.yml is used where there is no folder", "[kubespray]")
{
  const InventoryDir dir("");
  dir.put("hosts.ini", "[kube_node]\nnode1\n");
  dir.put("group_vars/k8s_cluster.yml", "helm_enabled: true\n");
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  REQUIRE(plan.writes.size() == 1);
  CHECK(plan.writes.at(0).path == dir.path("group_vars/k8s_cluster.yml"));
}

TEST_CASE("An inventory that is not clear is refused, never guessed", "[kubespray]")
{
  const InventoryDir dir("new");
  std::string id;
  std::string inventory;
  SECTION("no such folder")
  {
    inventory = dir.path("nowhere");
    id = "IPL-KSP-005";
  }
  SECTION("no inventory file")
  {
    dir.remove("hosts.yaml");
    id = "IPL-KSP-006";
  }
  SECTION("two of them")
  {
    dir.put("inventory.ini", "[all]\n");
    id = "IPL-KSP-006";
    // Naming the file is the fix.
    CHECK(plan_inventory({2, 31, 0}, wanted(), dir.look(dir.path("hosts.yaml"))).problems.empty());
  }
  SECTION("a smaller group wins")
  {
    dir.put("group_vars/kube_control_plane.yml", "metallb_config: {}\n");
    id = "IPL-KSP-007";
  }
  SECTION("a host wins")
  {
    dir.put("host_vars/node1.example.com", "kube_proxy_strict_arp: false\n");
    id = "IPL-KSP-007";
  }
  SECTION("a host in the inventory file wins")
  {
    dir.put("hosts.yaml", "all:\n  hosts:\n    node1:\n      metallb_enabled: false\n");
    id = "IPL-KSP-007";
  }
  SECTION("a host in an INI file wins")
  {
    dir.remove("hosts.yaml");
    dir.put("inventory.ini",
            "[all]\n# metallb_enabled=x\nnode1 ansible_host=192.0.2.1 metallb_enabled=false\n"
            "[all:vars]\nmetallb_enabled=false\n");
    id = "IPL-KSP-007";
  }
  SECTION("no place")
  {
    dir.remove("hosts.yaml");
    dir.remove("group_vars/k8s_cluster");
    dir.put("inventory.ini", "[all]\nnode1\n[all:vars]\nmetallb_enabled=false\n");
    id = "IPL-KSP-008";
  }
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look(inventory));
  REQUIRE_FALSE(plan.problems.empty());
  CHECK(plan.problems.at(0).id == id);
  CHECK(plan.problems.at(0).exit == ExitCode::usage);
  CHECK(plan.writes.empty());
  CHECK(find_entry(id) != nullptr);
}

TEST_CASE("Encrypted files are left alone, and that is said", "[kubespray]")
{
  const InventoryDir dir("new");
  dir.put("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n3133\n");
  CHECK(noted(plan_inventory({2, 31, 0}, wanted(), dir.look()), "vault.yml is encrypted"));
  dir.put("group_vars/k8s_cluster/addons.yml", "$ANSIBLE_VAULT;1.1;AES256\n3133\n");
  // Encrypted does not mean absent.
  const auto plan = plan_inventory({2, 31, 0}, wanted(), dir.look());
  CHECK(plan.writes.empty());
  CHECK(plan.problems.at(0).id == "IPL-KSP-004");
}
