// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/flags_file.hpp>
#include <iplease/wizard/answers.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

std::string command_for(const std::string& name)
{
  const ReadSettings read =
      read_settings({.file = FlagsText{.name = name,
                                       .folder = "/root",
                                       .text = "apiVersion: iplease.akash.network/v1\n"
                                               "kind: Enablement\n"
                                               "provider: {release: akash-provider}\n"},
                     .flags = {{.flag = "--pool", .value = "198.51.100.32/28"}}});
  REQUIRE(read.problems.empty());
  return answers_command(read.settings);
}

} // namespace

TEST_CASE("The command to repeat names the flags file and says only what that does not",
          "[wizard][answers]")
{
  CHECK(command_for("/root/flags.yaml") ==
        "iplease enable -f /root/flags.yaml --pool 198.51.100.32/28 --yes");
  CHECK(command_for("/tmp/my ans.yaml").find("-f '/tmp/my ans.yaml' ") != std::string::npos);
  CHECK(command_for("standard input") == "iplease enable --pool 198.51.100.32/28 "
                                         "--set provider.release=akash-provider --yes");
}
