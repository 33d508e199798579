// SPDX-License-Identifier: Apache-2.0
// Garbage does not mean absent. Recorded answers, cut short, with a line dropped, empty or foreign.
#include "support/long_run.hpp"
#include <iplease/core/json.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/resolve.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"
#include "canned_cluster.hpp"

using namespace iplease;
using test::CannedCluster;

namespace {

Plan plan_of(const Observation& seen)
{
  const Settings want = resolve(test::wanted(), seen, {});
  return make_plan(registry(), seen, want);
}

/// The commands in this plan that create something.
std::vector<std::string> creates(const Plan& plan)
{
  std::vector<std::string> made;
  for (const StagePlan& stage : plan.stages) {
    for (const Step& step : stage.steps) {
      const Run* run = std::get_if<Run>(&step.action);
      if (run == nullptr || run->reads_only || stage.stage == "verify") {
        continue; // verify creates a temporary Service
      }
      const std::string line = shell_line(run->command.argv);
      // `helm upgrade --install` and `kubectl apply` may create or change; the stage says which.
      const bool either =
          line.find("--install") != std::string::npos || line.find(" apply ") != std::string::npos;
      const bool makes =
          line.find(" create ") != std::string::npos || (either && stage.change == "create");
      if (makes) {
        made.push_back(step.id + ": " + line);
      }
    }
  }
  return made;
}

/// Cut at every 64th byte, each line dropped (every eighth of both without `--long`), empty, and
/// another program's output.
std::vector<std::string> damaged(const std::string& whole)
{
  const std::size_t every = test::long_run() ? 1 : 8;
  const std::size_t step = 64 * every;
  std::vector<std::string> all{"", "null\n", "{}\n", "[]x", "<html>Bad Gateway</html>\n", "no\n"};
  for (std::size_t at = step; at < whole.size(); at += step) {
    all.push_back(whole.substr(0, at));
  }
  std::size_t line = 0;
  for (std::size_t from = 0; from < whole.size();) {
    const std::size_t end = std::min(whole.find('\n', from), whole.size() - 1) + 1;
    if (++line % every == 0) {
      all.push_back(whole.substr(0, from) + whole.substr(end));
    }
    from = end;
  }
  return all;
}

/// The recording without CRD schemas and managedFields, which are most of it, indented as kubectl
/// does.
std::string without_schemas(const std::string& named)
{
  nlohmann::json all = parsed_json(named);
  for (nlohmann::json& item : all["items"]) {
    if (item["kind"] == "CustomResourceDefinition") {
      item.erase("spec");
    }
    item["metadata"].erase("managedFields");
  }
  return all.dump(4) + "\n";
}

CannedCluster enabled()
{
  CannedCluster cluster("enabled");
  cluster.answers["get -f -"].out = without_schemas(cluster.answers["get -f -"].out);
  return cluster;
}

} // namespace

TEST_CASE("No damaged answer makes a plan create what is there", "[cluster][garbage]")
{
  const std::vector<std::string> reads{"get -f -",
                                       "get nodes,daemonsets",
                                       "get services -A --field-selector",
                                       " list -A",
                                       "get values akash-provider",
                                       "/proxy/usage",
                                       "printenv",
                                       "version -o json"};
  {
    CannedCluster whole = enabled();
    const Plan plan = plan_of(whole.observe());
    REQUIRE(creates(plan).empty());
    REQUIRE_FALSE(plan.blocked());
  }
  for (const std::string& read : reads) {
    CannedCluster cluster = enabled();
    const std::string recorded = cluster.answers[read].out;
    REQUIRE_FALSE(recorded.empty());
    for (const std::string& text : damaged(recorded)) {
      cluster.answers[read].out = text;
      const std::vector<std::string> made = creates(plan_of(cluster.observe()));
      if (!made.empty()) {
        const std::size_t differs =
            static_cast<std::size_t>(std::ranges::mismatch(text, recorded).in2 - recorded.begin());
        CAPTURE(read, made, text.size(), recorded.substr(differs, 100));
        FAIL("it would be created");
      }
    }
    CHECK(cluster.answers.size() > 1);
  }
}

TEST_CASE("MetalLB's Deployments that were asked for by label are not missing when cut",
          "[cluster][garbage]")
{
  // The Deployment has an unusual name, so that iplease asks by label.
  CannedCluster cluster = enabled();
  std::string& named = cluster.answers["get -f -"].out;
  const std::size_t at = named.find("\"name\": \"metallb-controller\"");
  REQUIRE(at != std::string::npos);
  nlohmann::json all = parsed_json(named);
  for (std::size_t index = 0; index < all["items"].size(); ++index) {
    if (all["items"][index]["metadata"]["name"] == "metallb-controller") {
      all["items"].erase(index);
      break;
    }
  }
  named = all.dump(4) + "\n";
  const std::string recorded = cluster.answers["-l app.kubernetes.io/name=metallb"].out;
  CHECK(cluster.observe().metallb.controllers.size() == 1);
  for (const std::string& text : damaged(recorded)) {
    cluster.answers["-l app.kubernetes.io/name=metallb"].out = text;
    const Observation seen = cluster.observe();
    CHECK(seen.metallb.controllers_look == Look::failed);
    const std::vector<std::string> made = creates(plan_of(seen));
    CAPTURE(text, made);
    CHECK(made.empty());
  }
}

TEST_CASE("An answer that cannot be read is told as that, and blocks", "[cluster][garbage]")
{
  for (const char* read : {"get -f -",
                           "get nodes,daemonsets",
                           "get services -A --field-selector",
                           " list -A",
                           "get values akash-provider"}) {
    CannedCluster cluster = enabled();
    std::string& text = cluster.answers[read].out;
    text.resize(text.size() / 2);
    const Observation seen = cluster.observe();
    CAPTURE(read);
    CHECK_FALSE(unbelieved(seen).empty());
    const StagePlan preflight = test::stage(plan_of(seen), "preflight");
    REQUIRE_FALSE(preflight.problems.empty());
    CHECK(preflight.problems.front().id == "IPL-CLU-080");
    CHECK(preflight.problems.size() == 1); // consequences are not reported as missing
    CHECK(preflight.problems.front().exit == ExitCode::blocked);
  }
}

TEST_CASE("A server before the field selector is asked for all Services", "[cluster][observe]")
{
  CannedCluster cluster = enabled();
  const std::string whole = cluster.answers["get services -A --field-selector"].out;
  cluster.answers["get services -A --field-selector"] = {
      .exit_code = 1,
      .err = "Error from server (BadRequest): Unable to find \"/v1, Resource=services\" that match "
             "label selector \"\", field selector \"spec.type=LoadBalancer\": field label not "
             "supported: spec.type\n"};
  cluster.answers["get services -A -o"].out = whole;
  const Observation seen = cluster.observe();
  CHECK(seen.load_balancers_look == Look::seen);
  CHECK(seen.load_balancers.size() == 1);
}

TEST_CASE("Every fact under four answers: none is taken for another", "[core][reads]")
{
  const Observation whole = enabled().observe();
  REQUIRE(unbelieved(whole).empty());
  for (const FactRead& row : facts_read(whole)) {
    for (const Look look : {Look::forbidden, Look::unreachable, Look::failed}) {
      CannedCluster cluster = enabled();
      Observation seen;
      seen.tools.server = "v1.34.4";
      give_up(seen, look, "because");
      CAPTURE(row.what, static_cast<int>(look));
      CHECK(unread(seen, row.fact).starts_with(std::string(row.what) + " could not be read"));
    }
    CHECK(row.look != Look::not_looked);
    CHECK(unread(whole, row.fact).empty());
  }
}
