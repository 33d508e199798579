// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/stage_line.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

const StagePlan k_pool{.stage = "pool"};
const CommandResult k_refused{.exit_code = 1,
                              .err = "Error from server (InternalError): failed calling webhook"};

Step apply_of(const std::string& input)
{
  return {.id = "pool/apply",
          .action = Run{.command = {.argv = {"kubectl", "apply", "-f", "-"}, .input = input}}};
}

std::string after(const Step& step, const CommandResult& result)
{
  StageLine line;
  line.start(k_pool, 6, 11);
  line.begun(step);
  line.ended(step, result);
  return line.text();
}

const std::string k_done = "pool (6 of 11); stages 1 to 5 are done";
const std::string k_nothing = k_done + ", this one changed nothing";

} // namespace

TEST_CASE("What the server refused changed nothing", "[report][stage-line]")
{
  CHECK(after(apply_of("kind: A\n"), k_refused) == k_nothing);
  CHECK(after({.id = "x", .action = FileWrite{}}, {.exit_code = 1, .err = "disk full"}) ==
        k_nothing);
  CHECK(after({.id = "x", .action = WaitUntil{}}, {.exit_code = 1}) == k_nothing);
  CHECK(after(apply_of("kind: A\n"), {.ended = Ended::not_found}) == k_nothing);
}

TEST_CASE("Nothing is promised where it is not certain", "[report][stage-line]")
{
  CHECK(after(apply_of("kind: A\n---\nkind: B\n"), k_refused) == k_done);
  CHECK(after(apply_of("kind: A\n"), {.exit_code = 1, .err = "error: EOF"}) == k_done);
  CHECK(after(apply_of("kind: A\n"),
              {.exit_code = 1, .err = "Error from server (Timeout): no answer"}) == k_done);
  CHECK(after(apply_of("kind: A\n"), {.ended = Ended::timed_out, .err = k_refused.err}) == k_done);
  CHECK(after({.id = "x", .action = Run{.command = {.argv = {"helm", "upgrade"}}}}, k_refused) ==
        k_done);
}

TEST_CASE("A write before the one that was refused counts", "[report][stage-line]")
{
  StageLine line;
  line.start(k_pool, 6, 11);
  const Step step = apply_of("kind: A\n");
  line.begun(step);
  line.ended(step, {});
  line.begun(step);
  line.ended(step, k_refused);
  CHECK(line.text() == k_done);
  line.start(k_pool, 1, 1);
  line.begun(step); // no end: the journal could not be written
  CHECK(line.text() == "pool (1 of 1)");
  line.start(k_pool, 2, 11);
  CHECK(line.text() == "pool (2 of 11); stage 1 is done, this one changed nothing");
}
