// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fresh.hpp"

using namespace iplease;
using namespace iplease::test;

namespace {

using Ids = std::vector<std::string>;

Ids all_steps(const Observation& seen, const Settings& want = wanted())
{
  Ids ids;
  for (const StagePlan& one : make_plan(registry(), seen, want).stages) {
    CHECK(one.verdict != Verdict::blocked);
    for (const Step& step : one.steps) {
      ids.push_back(step.id);
    }
  }
  return ids;
}

Ids waits_for_speakers(const Ids& ids)
{
  Ids waits;
  for (const std::string& id : ids) {
    if (id.find("/speakers-") != std::string::npos) {
      waits.push_back(id);
    }
  }
  return waits;
}

std::ptrdiff_t place(const Ids& ids, const std::string& id)
{
  const auto at = std::find(ids.begin(), ids.end(), id);
  REQUIRE(at != ids.end());
  return at - ids.begin();
}

void take_metallb_away(Observation& seen)
{
  const Observation without = fresh();
  seen.metallb = without.metallb;
  seen.releases = without.releases;
}

} // namespace

TEST_CASE("New speakers come up while the pool and the IP operator are made", "[stages][metallb]")
{
  const Ids ids = all_steps(fresh());
  CHECK(waits_for_speakers(ids) == Ids{"provider/speakers-ready", "provider/speakers-exist"});
  // The pool needs its webhook.
  CHECK(place(ids, "metallb/controller-ready") < place(ids, "pool/apply"));
  CHECK(place(ids, "ip-operator/usage") < place(ids, "provider/speakers-ready"));
  // No lease is advertised before something can announce it.
  CHECK(place(ids, "provider/speakers-exist") < place(ids, "provider/upgrade"));
}

TEST_CASE("Where the provider is right already, verify waits for new speakers", "[stages][metallb]")
{
  Observation seen = enabled();
  take_metallb_away(seen);
  const Ids ids = all_steps(seen);
  CHECK(waits_for_speakers(ids) == Ids{"verify/speakers-ready", "verify/speakers-exist"});
  CHECK(place(ids, "verify/speakers-exist") < place(ids, "verify/forget-events"));
}

TEST_CASE("Speakers that a killed run did not wait for are waited for first", "[stages][metallb]")
{
  Observation seen = enabled();
  seen.metallb.speakers.front().ready = 0;
  seen.memory.verify_owed = true;
  const Ids ids = all_steps(seen);
  CHECK(ids.front() == "metallb/controller-ready");
  CHECK(waits_for_speakers(ids) == Ids{"metallb/speakers-ready", "metallb/speakers-exist"});
}

TEST_CASE("Speakers that announce already are waited for at once", "[stages][metallb]")
{
  Observation seen = enabled();
  seen.provider.env_ip_operator.value = "false"; // so that stage provider has steps too
  Settings want = wanted();
  want.metallb.version.value = "0.15.3";
  const Ids ids = all_steps(seen, want);
  CHECK(place(ids, "metallb/install") < place(ids, "metallb/speakers-ready"));
  CHECK(waits_for_speakers(ids) == Ids{"metallb/speakers-ready", "metallb/speakers-exist"});
}
