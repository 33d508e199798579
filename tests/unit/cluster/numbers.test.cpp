// SPDX-License-Identifier: Apache-2.0
// A number that does not fit gives an empty answer, not another number.
#include <iplease/cluster/parse.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using nlohmann::json;

TEST_CASE("A port that is no number of 32 bits is none", "[cluster][numbers]")
{
  const auto [written, port, target] =
      GENERATE(table<std::string, int, std::string>({{"7472", 7472, "7472"},
                                                     {"7472.0", 7472, "7472"},
                                                     {"4294974768", 0, "4294974768"}, // 2^32 + 7472
                                                     {"1e300", 0, ""},
                                                     {"-1e300", 0, ""},
                                                     {"9223372036854775808", 0, ""},
                                                     {"18446744073709551615", 0, ""}}));
  const ServiceSeen service = parse_service(parsed_json(R"({"spec":{"ports":[{"port":)" + written +
                                                        R"(,"targetPort":)" + written + "}]}}"));
  REQUIRE(service.ports.size() == 1);
  CHECK(service.ports.front().port == port);
  CHECK(service.ports.front().target == target);
}

TEST_CASE("A number of a release or of leases that does not fit is none", "[cluster][numbers]")
{
  // 2^32 + 1 is not revision 1.
  CHECK_FALSE(parse_helm_history(R"([{"revision":4294967297,"status":"deployed"}])", 1));
  CHECK_FALSE(parse_helm_list(
      R"([{"name":"a","namespace":"b","status":"deployed","chart":"c","revision":1e300}])"));
  const Usage usage = parse_usage(R"({"Available":18446744073709551615,"InUse":3})");
  CHECK_FALSE(usage.available);
  CHECK(usage.in_use == 3);
}
