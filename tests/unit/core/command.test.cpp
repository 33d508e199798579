// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Words are quoted for sh only where they need it", "[core][command]")
{
  CHECK(shell_quote("metallb-system") == "metallb-system");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_line({"kubectl", "-o", "jsonpath={.a b}"}) == "kubectl -o 'jsonpath={.a b}'");
}
