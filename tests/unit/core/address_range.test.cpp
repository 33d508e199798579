// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/address_range.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

#include <support/support.hpp>

using namespace iplease;
using nlohmann::json;

namespace {

AddressRange good(const std::string& text)
{
  const auto parsed = parse_range(text);
  INFO(text);
  REQUIRE(std::holds_alternative<AddressRange>(parsed));
  return std::get<AddressRange>(parsed);
}

std::string refusal(const std::string& text)
{
  const auto parsed = parse_range(text);
  return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : "accepted";
}

std::uint64_t size_of(const std::vector<std::string>& texts, bool avoid_buggy = false)
{
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    ranges.push_back(good(text));
  }
  return count(ranges, avoid_buggy);
}

IpAddress ip(const std::string& text)
{
  return std::get<IpAddress>(parse_address(text));
}

} // namespace

// metallb_ranges.json holds what ParseCIDR and poolCount of MetalLB 0.14.8 (its module copied into
// a small Go program) answered for every row of our table and for seeded mutations of them.
TEST_CASE("Every entry is read and counted as MetalLB 0.14.8 does", "[core][address]")
{
  const json rows = parsed_json(test::data("unit/core/metallb_ranges.json"));
  REQUIRE(rows.size() > 300);
  for (const json& row : rows) {
    const auto text = row.at("in").get<std::string>();
    INFO("entry: " << text);
    if (row.contains("refused")) {
      CHECK(refusal(text) == row.at("refused").get<std::string>());
      continue;
    }
    const AddressRange range = good(text);
    CHECK(json(prefixes(range)) == row.value("prefixes", json::array()));
    CHECK(std::to_string(count({range})) == row.at("count").get<std::string>());
    const auto buggy = row.at("count_avoid_buggy").get<std::string>();
    CHECK(std::to_string(count({range}, true)) == (buggy.front() == '-' ? "0" : buggy));
    CHECK(range.text == text);
  }
}

TEST_CASE("MetalLB's refusals are given in its own words", "[core][address]")
{
  CHECK(refusal("192.0.2.7") == "invalid CIDR \"192.0.2.7\"");
  CHECK(refusal(" 192.0.2.0/28") == "invalid CIDR \" 192.0.2.0/28\"");
  CHECK(refusal("192.0.2.9-192.0.2.1") ==
        "invalid IP range \"192.0.2.9-192.0.2.1\": start IP \"192.0.2.9\" is after the end IP "
        "\"192.0.2.1\"");
  CHECK(refusal("192.0.2.1-6") == "invalid IP range \"192.0.2.1-6\": invalid end IP \"6\"");
  CHECK(refusal("192.0.2.0/-1") ==
        "invalid IP range \"192.0.2.0/-1\": invalid start IP \"192.0.2.0/\"");
  CHECK(refusal("192.0.2.1–192.0.2.6") == "invalid CIDR \"192.0.2.1–192.0.2.6\"");
}

TEST_CASE("A prefix with host bits is widened and says so", "[core][address]")
{
  const AddressRange widened = good("192.0.2.5/28");
  CHECK(widened.host_bits);
  CHECK(to_text(widened.first) == "192.0.2.0");
  CHECK(to_text(widened.last) == "192.0.2.15");
  CHECK_FALSE(good("192.0.2.0/28").host_bits);
  CHECK_FALSE(good("192.0.2.5/32").host_bits);
}

TEST_CASE("Counting follows the allocator, and never overflows", "[core][address]")
{
  CHECK(size_of({"192.0.2.0/28"}) == 16);
  CHECK(size_of({"192.0.2.0/28"}, true) == 15);
  CHECK(size_of({"192.0.2.240/28"}, true) == 15);
  CHECK(size_of({"192.0.2.0/25"}, true) == 127);
  CHECK(size_of({"192.0.2.0/24"}, true) == 254);
  CHECK(size_of({"192.0.2.0/23"}, true) == 508);
  CHECK(size_of({"192.0.2.250-192.0.3.5"}, true) == 10);
  CHECK(size_of({"192.0.2.0/32"}, true) == 0);
  // MetalLB 0.14.8 overflows here and reports -9223372036854775793.
  CHECK(size_of({"2001:db8::/64", "192.0.2.0/28"}) == 9223372036854775807U);
  // The sample from the documentation: four prefixes and a range.
  CHECK(size_of({"192.0.2.0/28",
                 "192.0.2.32/28",
                 "198.51.100.0/29",
                 "198.51.100.16/30",
                 "203.0.113.1-203.0.113.9"}) == 53);
  CHECK(size_of({}) == 0);
}

TEST_CASE("Containment and overlap never mix families", "[core][address]")
{
  CHECK(contains(good("192.0.2.8-192.0.2.12"), ip("192.0.2.12")));
  CHECK_FALSE(contains(good("192.0.2.8-192.0.2.12"), ip("192.0.2.13")));
  CHECK(contains(good("::ffff:192.0.2.0/120"), ip("192.0.2.9")));
  CHECK_FALSE(contains(good("::/0"), ip("192.0.2.9")));
  // A mixed range contains nothing.
  CHECK_FALSE(contains(good("192.0.2.1-2001:db8::1"), ip("192.0.2.9")));
  CHECK(overlap(good("192.0.2.0/24"), good("192.0.2.10-192.0.2.20")));
  CHECK(overlap(good("192.0.2.10-192.0.2.20"), good("192.0.2.0/24")));
  CHECK_FALSE(overlap(good("192.0.2.0/28"), good("192.0.2.16/28")));
  CHECK_FALSE(overlap(good("::/0"), good("192.0.2.0/28")));
}

TEST_CASE("Addresses print as Go prints them", "[core][address]")
{
  CHECK(to_text(ip("::ffff:192.0.2.1")) == "192.0.2.1");
  CHECK(to_text(ip("2001:DB8:0:0:1:0:0:0")) == "2001:db8:0:0:1::");
  CHECK(to_text(ip("0:0:1:0:0:0:1:0")) == "0:0:1::1:0");
  CHECK(to_text(ip("1:0:2:3:4:5:6:7")) == "1:0:2:3:4:5:6:7");
  CHECK(to_text(ip("::")) == "::");
  CHECK(to_text(ip("::1")) == "::1");
  CHECK(std::get<std::string>(parse_address("192.0.02.1")) == "invalid IP address \"192.0.02.1\"");
}
