// SPDX-License-Identifier: Apache-2.0
#include <iplease/kubespray/inventory.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <support/inventory_dir.hpp>
#include <support/support.hpp>

using namespace iplease;
using namespace iplease::kubespray;
using iplease::test::InventoryDir;

TEST_CASE("The script makes the same change without the rest of the file", "[kubespray]")
{
  const auto name = GENERATE("new", "inline");
  const InventoryDir dir(name);
  const Wanted wanted{.addresses = {"192.0.2.0/28"}};
  const auto plan = plan_inventory({2, 31, 0}, wanted, dir.look());
  for (const FileWrite& write : plan.writes) {
    CHECK(write.script.find("canary") == std::string::npos);
    const std::string script = "set -e\n" + write.script;
    iplease::test::spill(dir.path("script"), script);
    REQUIRE(std::system(("sh " + dir.path("script")).c_str()) == 0); // NOLINT(*-mt-unsafe)
    CHECK(iplease::test::slurp(write.path) == write.content);
  }
}
