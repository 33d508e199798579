// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/version.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Versions of kubectl, helm and charts are read", "[core][version]")
{
  CHECK(parse_version("v1.34.4") == Version{1, 34, 4, ""});
  CHECK(parse_version("v3.16") == Version{3, 16, 0, ""});
  CHECK(parse_version("v3.16+gabc") == Version{3, 16, 0, ""});
  CHECK(parse_version("0.6.11-rc1") == Version{0, 6, 11, "rc1"});
  CHECK_FALSE(parse_version("latest"));
  CHECK_FALSE(parse_version("3"));
  CHECK_FALSE(parse_version("1.2.x"));
}

TEST_CASE("Versions are compared by number, and a pre-release is older", "[core][version]")
{
  CHECK(version_older("0.9.0", "0.14.8"));
  CHECK(version_older("0.14.8-rc1", "0.14.8"));
  CHECK_FALSE(version_older("0.14.8", "0.14.8"));
  CHECK_FALSE(version_older("1.0.0", "1.0.0-rc1"));
  CHECK_FALSE(version_older("v1.0.0", "1.0.0"));
  CHECK(version_within("0.15.3", "0.13.5", "0.15.3"));
  CHECK_FALSE(version_within("0.16.0", "0.13.5", "0.15.3"));
  CHECK_FALSE(version_within("0.13.4", "0.13.5", "0.15.3"));
  CHECK_FALSE(version_within("main", "0.13.5", "0.15.3"));
}
