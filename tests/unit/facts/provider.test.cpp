// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/provider.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"

using namespace iplease;
using namespace iplease::test;

TEST_CASE("The provider's names are those that were seen", "[facts][provider]")
{
  Observation seen = fresh();
  seen.provider.release.value.name = "rental";
  seen.provider.stateful_set.value.name = "rental-provider";
  seen.provider.stateful_set.value.selector = {{"a", "1"}, {"b", "2"}};
  seen.provider.service = "rental-api";
  const facts::ProviderNames names = facts::provider_names(seen, wanted());
  CHECK(names.release == "rental");
  CHECK(names.workload() == "statefulset/rental-provider");
  CHECK(names.pod == "rental-provider-0");
  CHECK(names.status() == "https:rental-api:8443");
  CHECK(names.selector == "a=1,b=2");
}

TEST_CASE("What is not there yet has the name that the upgrade or the chart gives it",
          "[facts][provider]")
{
  Observation seen = fresh();
  seen.provider.release.value.name = "rental";
  seen.provider.stateful_set = {.look = Look::absent};
  CHECK(facts::provider_names(seen, wanted()).stateful_set == "rental-provider");
  seen.provider.rendered_set = {.look = Look::seen, .value = {.name = "overridden"}};
  CHECK(facts::provider_names(seen, wanted()).stateful_set == "overridden");
  CHECK(facts::usual_provider_name("akash-provider") == "akash-provider");
  CHECK(facts::usual_provider_name("mine") == "mine-provider");
  CHECK(facts::usual_provider_name(std::string(62, 'a')).size() == 62);
}

TEST_CASE("Scaled to 0 is not a pod that fails, and not a StatefulSet that is missing",
          "[facts][provider]")
{
  Observation seen = fresh();
  CHECK_FALSE(facts::provider_scaled_to_zero(seen));
  seen.provider.stateful_set.value.wanted = 0;
  CHECK(facts::provider_scaled_to_zero(seen));
  seen.provider.stateful_set.look = Look::forbidden;
  CHECK_FALSE(facts::provider_scaled_to_zero(seen));
}
