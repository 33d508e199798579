// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/provider_values.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"
#include <algorithm>
#include <support/support.hpp>

using namespace iplease;
using namespace iplease::test;

namespace {

/// A provider whose release has a bid script, an image tag and an attribute that the file lacks.
Observation with_bid_script()
{
  Observation seen = fresh();
  seen.provider.release_values.value = Secret(data("data/provider/release.yaml"));
  seen.provider.files = {{.path = "/root/provider/provider.yaml",
                          .exists = true,
                          .text = Secret(data("data/provider/file.yaml"))}};
  return seen;
}

Settings asking(ValuesFrom from)
{
  Settings want = wanted();
  want.provider.values_from = {.value = from, .from = From::flag};
  return want;
}

std::vector<UpgradeChange> changes(const Observation& seen, const Settings& want)
{
  return upgrade_changes(seen, want, decide_values(seen, want));
}

bool tells(const std::vector<UpgradeChange>& all, Weight weight, const std::string& words)
{
  return std::ranges::any_of(all, [&](const UpgradeChange& one) {
    return one.weight == weight && one.text.find(words) != std::string::npos;
  });
}

} // namespace

TEST_CASE("A bid script that only the release has goes along unasked", "[facts][values]")
{
  const Observation seen = with_bid_script();
  const ValuesDecision decision = decide_values(seen, wanted());
  CHECK(decision.problems.empty());
  CHECK(decision.source == ValuesFrom::merge);
  const std::string text = decision.after.reveal();
  CHECK(text.starts_with("# mine: do not reformat\n---\n"));
  CHECK(text.find("bidpricescript: IyEvYmluL2Jhc2gKZWNobyAx\n") != std::string::npos);
  CHECK(text.find("  tag: 0.16.1\n") != std::string::npos);
  CHECK(decision.facts.ipoperator == ValuesFacts::State::is_true);
  CHECK(decision.write_file);
  CHECK(changes(seen, wanted()).empty());
}

TEST_CASE("By the file alone the plan says first that prices and image change", "[facts][values]")
{
  const auto told = changes(with_bid_script(), asking(ValuesFrom::file));
  REQUIRE(told.size() >= 3);
  CHECK(told.front().weight == Weight::prices);
  CHECK(tells(told, Weight::prices, "bidpricescript leaves the release"));
  CHECK(tells(told, Weight::image, "image.tag leaves the release"));
  CHECK(tells(told, Weight::other, "attributes.tier leaves the release"));
}

TEST_CASE("A contradiction is asked about, and merge takes the file's side", "[facts][values]")
{
  Observation seen = with_bid_script();
  std::string file = seen.provider.files.front().text.reveal();
  file.replace(file.find("eu-west"), 7, "us-east");
  seen.provider.files.front().text = Secret(file);
  const ValuesDecision open = decide_values(seen, wanted());
  REQUIRE(open.problems.size() == 1);
  CHECK(open.problems.front().id == "IPL-VAL-010");
  CHECK(open.problems.front().saw.find("bidpricescript: only in the release") != std::string::npos);
  const ValuesDecision merged = decide_values(seen, asking(ValuesFrom::merge));
  CHECK(merged.problems.empty());
  CHECK(merged.after.reveal().find("us-east") != std::string::npos);
  CHECK(merged.after.reveal().find("bidpricescript") != std::string::npos);
  CHECK(tells(changes(seen, asking(ValuesFrom::merge)), Weight::other, "us-east"));
}

TEST_CASE("Without an upgrade the file does not grow", "[facts][values]")
{
  Observation seen = enabled();
  seen.provider.files = {{.path = "/p.yaml",
                          .exists = true,
                          .text = Secret(seen.provider.release_values.value.reveal())}};
  seen.provider.release_values.value =
      Secret(seen.provider.release_values.value.reveal() + "bidpricescript: IyEvYmlu\n");
  ValuesDecision decision = decide_values(seen, wanted());
  CHECK_FALSE(decision.upgrade_release);
  CHECK_FALSE(decision.write_file);
  // An upgrade for another reason includes all of it.
  Settings newer = wanted();
  newer.provider.chart_version.value = "20.0.0";
  decision = decide_values(seen, newer);
  CHECK(decision.upgrade_release);
  CHECK(decision.write_file);
}

TEST_CASE("What somebody set on the running provider and the upgrade puts back is told",
          "[facts][values]")
{
  Observation seen = fresh();
  WorkloadSeen& live = seen.provider.stateful_set.value;
  live.images = {"ghcr.io/akash-network/provider:0.17.0"};
  live.resources = {{"provider limits.cpu", "1"}, {"provider limits.memory", "4Gi"}};
  live.env = {{"AKASH_IP_OPERATOR", "false"}, {"PRICE_TARGET_CPU", "9"}, {"OWN", "stays"}};
  seen.provider.rendered_set = seen.provider.stateful_set;
  WorkloadSeen& then = seen.provider.rendered_set.value;
  then.images = {"ghcr.io/akash-network/provider:0.16.2"};
  then.resources = {{"provider limits.cpu", "1000m"}, {"provider limits.memory", "256Mi"}};
  then.env = {{"AKASH_IP_OPERATOR", "true"}, {"PRICE_TARGET_CPU", "1.6"}};
  const auto told = changes(seen, wanted());
  CHECK(tells(told, Weight::image, "0.17.0 runs, the upgrade sets ghcr.io"));
  CHECK(tells(told, Weight::resources, "limits.memory: 4Gi runs, the upgrade sets 256Mi"));
  CHECK(tells(told, Weight::prices, "PRICE_TARGET_CPU: 9 runs, the upgrade sets 1.6"));
  CHECK(told.size() == 3); // 1000m equals 1, Helm does not touch OWN, and the switch was requested
}

TEST_CASE("A broken values file is told with its place, and the address comes from the release",
          "[facts][values]")
{
  Observation seen = with_bid_script();
  seen.provider.files.front().text = Secret(data("data/provider/key-twice.yaml"));
  for (const ValuesFrom from : {ValuesFrom::undecided, ValuesFrom::file, ValuesFrom::merge}) {
    const ValuesDecision decision = decide_values(seen, asking(from));
    REQUIRE(decision.problems.size() == 1);
    CHECK(decision.problems.front().id == "IPL-VAL-003");
    CHECK(decision.problems.front().place.file == "/root/provider/provider.yaml");
    CHECK(decision.problems.front().place.line == 9);
    CHECK(decision.problems.front().place.column == 1);
  }
  const KnownValues known = known_values(seen, wanted());
  CHECK(known.known);
  CHECK(known.where == "values of the release");
  CHECK(known.facts.from == k_address);
  CHECK(known.unread.front().id == "IPL-VAL-003");
  CHECK(decide_values(seen, asking(ValuesFrom::release)).problems.empty());
  CHECK(known_values(seen, asking(ValuesFrom::release)).unread.empty());
  seen.provider.release_values = {.look = Look::forbidden, .why = "forbidden"};
  CHECK_FALSE(known_values(seen, wanted()).known);
}

TEST_CASE("A values file that was named and is not there is an error before anything",
          "[facts][values]")
{
  Observation seen = fresh();
  seen.provider.files = {{.path = "/nonexistent/p.yaml", .given = true}};
  for (const ValuesFrom from :
       {ValuesFrom::undecided, ValuesFrom::file, ValuesFrom::merge, ValuesFrom::release}) {
    const ValuesDecision decision = decide_values(seen, asking(from));
    REQUIRE(decision.problems.size() == 1);
    CHECK(decision.problems.front().id == "IPL-VAL-012");
    CHECK(decision.problems.front().exit == ExitCode::usage);
  }
  seen.provider.files.front().folder_exists = true;
  Settings found = wanted(); // without a file `resolve` finds the release; nobody asked for it
  found.provider.values_from = {.value = ValuesFrom::release, .from = From::cluster};
  CHECK(decide_values(seen, found).problems.size() == 1);
  CHECK(decide_values(seen, asking(ValuesFrom::release)).problems.empty());
}

TEST_CASE("Without a file and a revision that was ever deployed there are no values to go by",
          "[facts][values]")
{
  Observation seen = fresh();
  seen.provider.files.clear();
  seen.provider.release_values = {.look = Look::absent, .why = "no revision was ever deployed"};
  const ValuesDecision decision = decide_values(seen, asking(ValuesFrom::release));
  REQUIRE(decision.problems.size() == 1);
  CHECK(decision.problems.front().id == "IPL-VAL-014");
  CHECK(decision.problems.front().saw == "no revision was ever deployed");
  CHECK(decision.problems.front().exit == ExitCode::blocked);
}
