// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/pool_rules.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using Catch::Matchers::Contains;

namespace {

std::vector<AddressRange> list(const std::vector<std::string>& texts)
{
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    ranges.push_back(std::get<AddressRange>(parse_range(text)));
  }
  return ranges;
}

/// "ID " for each problem, then "|ID " for each warning.
std::string ids(const std::vector<std::string>& texts)
{
  const PoolFindings found = check_pool(list(texts));
  std::string all;
  for (const Problem& problem : found.problems) {
    CHECK(problem.exit == ExitCode::usage);
    all += problem.id.substr(9) + " ";
  }
  for (const Problem& warning : found.warnings) {
    all += "|" + warning.id.substr(9) + " ";
  }
  return all;
}

std::string hint(const std::string& text)
{
  const auto refused = std::get<std::string>(parse_range(text));
  const Problem problem = refused_entry(text, refused, "pool.addresses", {});
  CHECK(problem.id == "IPL-POOL-001");
  CHECK_THAT(problem.what, Contains(refused));
  return problem.fix;
}

} // namespace

TEST_CASE("A usable public pool has no finding", "[core][pool]")
{
  CHECK(ids({"198.51.100.32/28", "198.51.100.64-198.51.100.70"}) == "");
  CHECK(ids({"198.51.100.0/28", "198.51.100.16/28"}) == ""); // adjacent ranges do not overlap
  CHECK(ids({"8.8.0.0/16"}) == "");
}

TEST_CASE("What MetalLB takes and no tenant can use is refused", "[core][pool]")
{
  CHECK(ids({}) == "009 ");
  CHECK(ids({"198.51.100.37/28"}) == "002 ");
  CHECK(ids({"198.51.100.32/28", "198.51.100.32/28"}) == "003 ");
  CHECK(ids({"198.51.100.0/24", "198.51.100.10-198.51.100.20"}) == "003 ");
  CHECK(ids({"198.51.100.0/28", "198.51.100.0-198.51.100.15"}) == "003 ");
  CHECK(ids({"8.0.0.0/15"}) == "004 ");
  CHECK(ids({"0.0.0.0/0"}) == "004 005 |008 ");
  CHECK(ids({"8.8.0.0-8.9.0.0"}) == "004 ");
  CHECK(ids({"0.1.0.0/24"}) == "005 ");
  CHECK(ids({"127.0.0.1/32"}) == "005 ");
  CHECK(ids({"169.254.7.0/24"}) == "005 ");
  CHECK(ids({"224.0.0.1-224.0.0.9"}) == "005 ");
  CHECK(ids({"223.255.255.0-224.0.0.9"}) == "005 "); // only its end is reserved
  CHECK(ids({"240.1.0.0/24"}) == "005 ");
  CHECK(ids({"255.255.255.255/32"}) == "005 ");
  CHECK(ids({"198.51.100.1-2001:db8::1"}) == "006 ");
  CHECK(ids({"2001:db8::/120"}) == "007 ");
  CHECK(ids({"::ffff:198.51.100.0/120"}) == ""); // MetalLB treats this as IPv4
}

TEST_CASE("Private addresses are a warning", "[core][pool]")
{
  CHECK(ids({"10.1.2.0/24"}) == "|008 ");
  CHECK(ids({"172.16.0.0/24", "172.31.255.0/24", "172.32.0.0/24"}) == "|008 |008 ");
  CHECK(ids({"192.168.1.240-192.168.1.250"}) == "|008 ");
  CHECK(ids({"100.64.0.0/24", "100.128.0.0/24"}) == "|008 ");
}

TEST_CASE("A finding names the entry, the place and what to write", "[core][pool]")
{
  const PoolFindings found = check_pool(list({"198.51.100.37/28"}), {{"flags.yaml", 12, 15}});
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].what ==
        "pool.addresses: 198.51.100.37/28 has host bits set; MetalLB would "
        "silently take all of 198.51.100.32/28 (198.51.100.32-198.51.100.47)");
  CHECK(found.problems[0].fix ==
        "write 198.51.100.32/28 if all of it is yours, 198.51.100.37/32 for the one "
        "address, or the range: 198.51.100.37-198.51.100.47");
  CHECK(found.problems[0].place == Place{"flags.yaml", 12, 15});
}

TEST_CASE("Every refused entry gets something to write instead", "[core][pool]")
{
  CHECK(hint("198.51.100.7") == "for one address write 198.51.100.7/32");
  CHECK(hint(" 198.51.100.0/28") == "did you mean 198.51.100.0/28?");
  CHECK(hint("198.51.100.0 /28") == "did you mean 198.51.100.0/28?");
  CHECK(hint("198.51.100.0/28 # pool") == "did you mean 198.51.100.0/28?");
  CHECK(hint("198.51.100.9-198.51.100.1") == "did you mean 198.51.100.1-198.51.100.9?");
  CHECK(hint("198.51.100.1-6") == "write the last address in full: 198.51.100.1-198.51.100.6");
  CHECK(hint("198.51.100.1–198.51.100.6") == "use a plain hyphen: 198.51.100.1-198.51.100.6");
  CHECK(hint("198.51.100.1..198.51.100.6") == "use a plain hyphen: 198.51.100.1-198.51.100.6");
  CHECK(hint("198.51.100.0/33") ==
        "an IPv4 prefix ends in /0 to /32; did you mean 198.51.100.0/32?");
  CHECK(hint("198.51.100.0/255.255.255.240") == "did you mean 198.51.100.0/28?");
  CHECK(hint("198.051.100.001/32") == "did you mean 198.51.100.1/32?");
  CHECK(hint("198.51.100.001-198.51.100.010") == "did you mean 198.51.100.1-198.51.100.10?");
  CHECK(hint("198.51.100.0/28,198.51.100.16/28") ==
        "write every entry as its own item of the list");
  CHECK_THAT(hint(""), Contains("the entry is empty"));
  CHECK_THAT(hint("example.com"), Contains("write a prefix"));
  CHECK_THAT(hint("198.51.100.0/"), Contains("write a prefix"));
}
