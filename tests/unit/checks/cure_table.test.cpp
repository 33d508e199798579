// SPDX-License-Identifier: Apache-2.0
// Every cure against every other finding. A finding that forbids the cure keeps it out of the plan,
// whatever else was found. No other finding does.
#include "../../../src/checks/cure_table.hpp"

#include "support/long_run.hpp"
#include <iplease/checks/cures.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"
#include <algorithm>
#include <array>

using namespace iplease;
using test::enabled;
using test::wanted;

namespace {

Finding found(std::string_view id, Outcome outcome = Outcome::fail)
{
  return {.id = std::string(id), .outcome = outcome, .what = "found"};
}

/// A cluster where every cure has something to fix.
Observation ailing()
{
  Observation seen = enabled();
  seen.namespaces["metallb-system"].clear();
  seen.namespaces.erase("lease");
  seen.metallb.expose = {.look = Look::absent};
  seen.metallb.pools.value.clear();
  seen.nodes.front().exclude_from_lb = true;
  seen.metallb.speakers.front().args = {"--port=7472"};
  seen.kube_proxy.config = {Look::seen, "mode: ipvs\nipvs:\n  strictARP: false\n"};
  seen.ip_operator.provider_address.value = "akash1hwmenz63dp59uve5ytea09suwgr47y3rn9902y";
  seen.provider.release_values = test::fresh().provider.release_values;
  // So that the provider's next pod starts.
  WorkloadSeen& set = seen.provider.stateful_set.value;
  set.needs = {.objects = {{"Secret", "akash-provider-keys"}}, .images = {"provider"}};
  seen.provider.pod_needs = {.images = {"provider"}};
  seen.provider.pod_node = seen.nodes.front().name;
  seen.provider.held = {Look::seen,
                        {{"Secret",
                          "akash-provider-keys",
                          {{"key.txt", {240, false}}, {"key-pass.txt", {12, false}}}}}};
  return seen;
}

/// The id of the step that shows a cure is in a plan.
std::string_view mark_of(Cure cure)
{
  switch (cure) {
  case Cure::label_namespace:
    return "namespace/apply";
  case Cure::install_metallb:
    return "metallb/install";
  case Cure::make_leases:
    return "namespace/lease";
  case Cure::strict_arp:
    return "strict-arp/restart";
  case Cure::expose:
    return "expose/apply";
  case Cure::pool:
    return "pool/apply";
  case Cure::install_operator:
    return "ip-operator/install";
  case Cure::restart_operator:
    return "ip-operator/restart";
  case Cure::refresh_operator:
    return "ip-operator/refresh";
  case Cure::upgrade_provider:
    return "provider/upgrade";
  case Cure::replace_provider:
    return "provider/replace-pod";
  }
  return "";
}

/// A finding that only this cure fixes.
std::string_view reason_for(Cure cure)
{
  for (const CureRow& row : cure_table()) {
    // `doctor --fix` leaves a Deployment deleted below a deployed release to Helm.
    if (row.cured_by == CureSet{cure} && row.id != "IPL-IPO-010") {
      return row.id;
    }
  }
  return "";
}

bool plans(const Cures& cures, std::string_view step)
{
  return std::ranges::any_of(cures.plan.stages, [&](const StagePlan& stage) {
    return std::ranges::find(stage.steps, step, &Step::id) != stage.steps.end();
  });
}

Cures cures_for(const std::vector<Finding>& wished, const std::vector<Finding>& all)
{
  const Observation seen = ailing();
  const Settings want = wanted();
  return plan_cures({seen, want, {}}, make_plan(registry(), seen, want), wished, all);
}

} // namespace

TEST_CASE("the table of cures has a row for every id that a check may report", "[checks][cures]")
{
  std::vector<std::string> rows;
  for (const CureRow& row : cure_table()) {
    rows.emplace_back(row.id);
  }
  std::ranges::sort(rows);
  // For a new check, state in src/checks/cure_table.cpp which cures wait until it is clear.
  CHECK(rows == check_ids());
  CHECK(row_of("IPL-NEW-999").forbids.has(Cure::replace_provider));
}

TEST_CASE("every cure against every other finding", "[checks][cures]")
{
  // Each pair runs with one of three outcomes; `--long` runs all three.
  const bool all = test::long_run();
  constexpr std::array outcomes{Outcome::fail, Outcome::warn, Outcome::could_not_look};
  int pairs = 0;
  for (const CureWords& one : all_cures()) {
    const std::string_view reason = reason_for(one.cure);
    CAPTURE(one.words, reason);
    REQUIRE_FALSE(reason.empty());
    const Cures alone = cures_for({found(reason)}, {found(reason)});
    REQUIRE(plans(alone, mark_of(one.cure)));
    for (const CureRow& row : cure_table()) {
      // A cure may include a restart. It then waits for whatever forbids either of them.
      bool forbidden = false;
      bool itself = false;
      for (const CureWords& part : all_cures()) {
        const bool planned = plans(alone, mark_of(part.cure));
        forbidden = forbidden || (planned && row.forbids.has(part.cure));
        itself = itself || (planned && row.cured_by.has(part.cure));
      }
      if (itself) {
        continue;
      }
      ++pairs;
      for (const Outcome outcome : outcomes) {
        if (!all && outcome != outcomes[static_cast<std::size_t>(pairs) % outcomes.size()]) {
          continue;
        }
        CAPTURE(row.id);
        // Only the requested finding is fixed, so the other one stays.
        const Cures cures = cures_for({found(reason)}, {found(row.id, outcome), found(reason)});
        CHECK(plans(cures, mark_of(one.cure)) == !forbidden);
        CHECK(cures.held.empty() == !forbidden);
        if (!cures.held.empty()) {
          CHECK(cures.held.front().id == reason);
          CHECK(cures.held.front().why == std::vector<std::string>{std::string(row.id)});
          CHECK(cures.left.size() == 1);
        }
      }
      CHECK(plans(cures_for({found(reason)}, {found(row.id, Outcome::ok), found(reason)}),
                  mark_of(one.cure)));
    }
  }
  CHECK(pairs > 700);
}

TEST_CASE("what an earlier step of the same plan cures forbids nothing", "[checks][cures]")
{
  const std::vector<Finding> both{found("IPL-MLB-023"), found("IPL-IPO-015")};
  const Cures cures = cures_for(both, both);
  CHECK(plans(cures, "expose/apply"));
  CHECK(plans(cures, "ip-operator/restart"));
  CHECK(cures.held.empty());
  // Not if that cure is itself forbidden.
  const std::vector<Finding> three{
      found("IPL-MLB-023"), found("IPL-IPO-015"), found("IPL-MLB-020")};
  const Cures none = cures_for(three, three);
  CHECK_FALSE(plans(none, "ip-operator/restart"));
  CHECK(none.held.size() == 2);
}

TEST_CASE("a risk that was accepted forbids nothing", "[checks][cures]")
{
  Finding accepted = found("IPL-LBC-002", Outcome::warn);
  accepted.accepted = true;
  CHECK(plans(cures_for({found("IPL-POOL-040")}, {accepted, found("IPL-POOL-040")}), "pool/apply"));
}

TEST_CASE("the fix of a finding whose cure would do harm says what comes first", "[checks][cures]")
{
  const std::vector<Finding> all{found("IPL-CLU-010"), found("IPL-PRV-012")};
  std::vector<Finding> told = all;
  tell_held(told, cures_for(all, all));
  CHECK(told.at(0).fix.empty());
  CHECK(told.at(1).fix.starts_with(
      "not yet: to replace the provider's pod would do harm now: IPL-CLU-010. "));
  CHECK(told.at(1).fix.find("delete pod akash-provider-0") != std::string::npos);
}
