// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/proof.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

Step waiting_step(std::string pattern, std::string proves)
{
  return {.id = "verify/announced",
          .action = WaitUntil{.probe = {}, .pattern = std::move(pattern)},
          .proves = std::move(proves)};
}

} // namespace

TEST_CASE("A step proves what it says, with what its pattern found", "[engine][proof]")
{
  const auto proof = proof_of(waiting_step("^from node \"([^\"]+)\"", "announced by \\1"),
                              {.out = "other\nfrom node \"node1\" now\n"});
  REQUIRE(proof);
  CHECK(proof->step == "verify/announced");
  CHECK(proof->words == "announced by node1");
  CHECK(proof->found == "node1");
}

TEST_CASE("A pattern without a group, and a command, prove their words alone", "[engine][proof]")
{
  CHECK(proof_of(waiting_step("^ok$", "answers"), {.out = "ok\n"})->words == "answers");
  const Step run{.id = "x", .action = Run{}, .proves = "0.14.8 installed"};
  CHECK(proof_of(run, {.out = "anything"})->words == "0.14.8 installed");
  CHECK(proof_of(run, {})->found.empty());
}

TEST_CASE("What failed, or has nothing to tell, proves nothing", "[engine][proof]")
{
  CHECK_FALSE(proof_of(waiting_step("^ok$", "answers"), {.exit_code = 1, .out = "ok\n"}));
  CHECK_FALSE(proof_of(waiting_step("^ok$", ""), {.out = "ok\n"}));
}
