// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/label_selector.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("A label selector selects as Kubernetes does", "[core]")
{
  const std::map<std::string, std::string> node{{"zone", "a"}, {"gpu", ""}};
  CHECK(selects({}, node));
  CHECK(selects({.match = {{"zone", "a"}}}, node));
  CHECK_FALSE(selects({.match = {{"zone", "a"}, {"rack", "1"}}}, node));
  const auto one = [&](const char* key, const char* how, std::vector<std::string> values = {}) {
    return selects({.expressions = {{key, how, std::move(values)}}}, node);
  };
  CHECK(one("zone", "In", {"b", "a"}));
  CHECK_FALSE(one("zone", "In", {"b"}));
  CHECK_FALSE(one("rack", "In", {""}));
  CHECK_FALSE(one("zone", "NotIn", {"a"}));
  CHECK(one("rack", "NotIn", {"a"})); // NotIn matches a missing label
  CHECK(one("gpu", "Exists"));
  CHECK_FALSE(one("rack", "Exists"));
  CHECK(one("rack", "DoesNotExist"));
  CHECK_FALSE(one("gpu", "DoesNotExist"));
}

TEST_CASE("A label selector as kubectl takes it", "[core]")
{
  CHECK(to_text(LabelSelector{{{"a", "b"}},
                              {{"c", "In", {"d", "e"}},
                               {"f", "NotIn", {"g"}},
                               {"h", "Exists", {}},
                               {"i", "DoesNotExist", {}}}}) == "a=b,c in (d,e),f notin (g),h,!i");
}
