// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>
#include <iplease/core/plan_difference.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/report/kept_plan.hpp>
#include <iplease/report/plan_view.hpp>

#include <catch2/catch.hpp>

#include <unit/stages/fresh.hpp>

using namespace iplease;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* k_made = "2026-11-23T06:40:00.000Z";
constexpr const char* k_settings =
    R"({"pool.addresses":{"texts":["198.51.100.0/28"],"source":"flag","where":"--pool"},)"
    R"("metallb.values":{"secret":true,"source":"file","where":"flags.yaml:7"}})";

/// One stage with every kind of step and every member of a plan's JSON.
Plan every_kind()
{
  const Command secret{
      .argv = {"helm", "upgrade", "a"}, .input = "password: CANARY", .secret_input = true};
  const Run run{.command = secret,
                .retry = Retry::webhook,
                .watch = Command{.argv = {"kubectl", "get", "pods"}},
                .unless_there = true,
                .holds =
                    FileHolds{.path = "/p.yaml", .sha256 = sha256_hex("x"), .id = "IPL-VAL-001"}};
  const Step step{.id = "metallb/install",
                  .reason = "not there",
                  .action = run,
                  .subject = "release/metallb",
                  .before = "absent",
                  .expect = "1 deployed",
                  .owes = {{.id = "verify", .until = "it answers"}},
                  .pays = {"play"},
                  .cleanup = true};
  const Step read{.id = "metallb/status",
                  .action =
                      Run{.command = {.argv = {"kubectl"}, .input = "é"}, .reads_only = true}};
  const Step file{.id = "metallb/write",
                  .action = FileWrite{.path = "/p.yaml",
                                      .content = "key: CANARY\n",
                                      .shown = "+key: •••\n",
                                      .was = "absent",
                                      .keep_mode = true}};
  const Step wait{.id = "metallb/wait",
                  .action = WaitUntil{.probe = {.argv = {"kubectl", "get"}},
                                      .pattern = "^a(b)",
                                      .inside = test::ranges({"198.51.100.0/28"}),
                                      .what = "pods",
                                      .ask = "run this"}};
  const Step get{.id = "metallb/get", .action = HttpGet{.url = "https://a", .pattern = "ok"}};
  return {.stages = {{.stage = "metallb",
                      .verdict = Verdict::needed,
                      .reason = "why",
                      .change = "create",
                      .notes = {"note"},
                      .steps = {step, read, file, wait, get}},
                     {.stage = "pool", .reason = "is there"}}};
}

std::string kept_text(const Plan& plan = every_kind())
{
  return kept_plan_text(plan_json(plan, test::fresh(), test::wanted()), k_settings, k_made);
}

/// The ids of the refusals, and their full text.
struct Refused {
  std::vector<std::string> ids{};
  std::string said{};
};

Refused refused(const std::string& text)
{
  Refused all;
  const auto read = read_kept_plan(text, "p.json");
  if (const auto* problems = std::get_if<std::vector<Problem>>(&read)) {
    for (const Problem& problem : *problems) {
      CHECK(problem.exit == ExitCode::other_cluster);
      all.ids.push_back(problem.id);
      all.said += problem.what + "\n" + problem.saw + "\n";
    }
  }
  return all;
}

using Ids = std::vector<std::string>;

/// Edited, but with a correct digest.
std::string sealed(Json document)
{
  document.erase("digest");
  document["digest"] = fingerprint(document.dump(-1, ' ', true));
  return document.dump(2);
}

} // namespace

TEST_CASE("A kept plan is the plan that was kept", "[report][kept]")
{
  for (const Plan& plan : {every_kind(), make_plan(registry(), test::fresh(), test::wanted())}) {
    const auto read = read_kept_plan(kept_text(plan), "p.json");
    REQUIRE(std::holds_alternative<KeptPlan>(read));
    const auto& kept = std::get<KeptPlan>(read);
    CHECK(stages_json(kept.plan) == stages_json(plan));
    CHECK(plan_differences(kept.plan, plan).empty());
    CHECK(kept.cluster == "uid-1");
    CHECK(kept.context == "lab");
    CHECK(kept.made == k_made);
    CHECK(Json::parse(kept.settings) == Json::parse(k_settings));
    CHECK(kept.document == plan_json(plan, test::fresh(), test::wanted()));
  }
}

TEST_CASE("A kept plan holds fingerprints of secrets, and no other than they compare with it",
          "[report][kept]")
{
  CHECK(kept_text().find("CANARY") == std::string::npos);
  const auto kept = std::get<KeptPlan>(read_kept_plan(kept_text(), "p.json"));
  Plan other = every_kind();
  std::get<Run>(other.stages[0].steps[0].action).command.input = "password: other";
  CHECK(
      plan_differences(kept.plan, other) ==
      std::vector<std::string>{"metallb: step metallb/install, would be done with other content"});
  other = every_kind();
  auto& file = std::get<FileWrite>(other.stages[0].steps[2].action);
  file.content = "key: other\n";
  CHECK(plan_differences(kept.plan, other) ==
        std::vector<std::string>{"metallb: step metallb/write, would be done with other content"});
  file.was = sha256_hex("x");
  CHECK(plan_differences(kept.plan, other) ==
        std::vector<std::string>{"metallb: /p.yaml was not there, now it is"});
  file.path = "/q.yaml";
  CHECK(plan_differences(kept.plan, other) ==
        std::vector<std::string>{"metallb: it would write /p.yaml, now /q.yaml"});
}

TEST_CASE("A kept plan that ends anywhere too early is cut short", "[report][kept]")
{
  const std::string whole = kept_text();
  const std::size_t head = whole.find("kept-plan\"") + 10;
  for (std::size_t bytes = head; bytes + 2 <= whole.size(); ++bytes) {
    if (refused(whole.substr(0, bytes)).ids != Ids{"IPL-RUN-081"}) {
      FAIL("cut after " << bytes << " of " << whole.size() << ": "
                        << refused(whole.substr(0, bytes)).said);
    }
  }
  // Only the final newline is missing.
  CHECK(refused(whole.substr(0, whole.size() - 1)).ids.empty());
  for (std::size_t bytes = 0; bytes < head; ++bytes) {
    CHECK(refused(whole.substr(0, bytes)).ids == Ids{"IPL-RUN-080"});
  }
}

TEST_CASE("Any value that is edited does not fit the digest", "[report][kept]")
{
  const Json whole = Json::parse(kept_text());
  const Json flat = whole.flatten();
  int edited = 0;
  for (const auto& [path, value] : flat.items()) {
    if (path == "/type" || path == "/format") {
      continue;
    }
    Json other = whole;
    other[Json::json_pointer(path)] = value.is_string()    ? Json(value.get<std::string>() + "x")
                                      : value.is_boolean() ? Json(!value.get<bool>())
                                                           : Json(7);
    const Ids ids = refused(other.dump(2)).ids;
    INFO(path);
    CHECK(std::ranges::find(ids, "IPL-RUN-082") != ids.end());
    ++edited;
  }
  CHECK(edited > 100);
  Json more = whole;
  more["plan"]["stages"][0]["steps"].push_back(more["plan"]["stages"][0]["steps"][0]);
  CHECK(refused(more.dump(2)).ids == Ids{"IPL-RUN-082"});
  // The digest ignores white space.
  CHECK(refused(whole.dump(-1)).ids.empty());
}

TEST_CASE("With a digest of its own, what iplease does not write is told with its place",
          "[report][kept]")
{
  const Json whole = Json::parse(kept_text());
  REQUIRE(refused(sealed(whole)).ids.empty());
  const auto with = [&](const char* path, const Json& value) {
    Json other = whole;
    other[Json::json_pointer(path)] = value;
    return refused(sealed(other));
  };
  const auto wrong = [&](const char* path, const Json& value) {
    const Refused told = with(path, value);
    INFO(path << ": " << told.said);
    CHECK(told.ids == Ids{"IPL-RUN-085"});
    CHECK(told.said.find(path) != std::string::npos);
  };
  wrong("/plan/stages/0/steps/0/timeout_s", "60");
  wrong("/plan/stages/0/steps/0/argv", "kubectl");
  wrong("/plan/stages/0/steps/0/argv/1", 7);
  wrong("/plan/stages/0/steps/0/shell", "rm");
  wrong("/plan/stages/0/verdict", "blocked");
  wrong("/plan/stages/0/steps/2/kind", "script");
  wrong("/plan/blocked", true);
  wrong("/plan/assumed", true);
  wrong("/plan/cluster/uid", "");
  wrong("/made", 7);
  wrong("/more", "x");
  wrong("/settings/pool.addresses", "x");
  wrong("/settings/no.such", Json{{"texts", {"x"}}, {"source", "flag"}, {"where", ""}});
  wrong("/settings/strictARP", Json{{"texts", Json::array()}, {"source", "flag"}, {"where", ""}});
  wrong("/settings/metallb.values", Json{{"texts", {"[}"}}, {"source", "flag"}, {"where", ""}});
  CHECK(with("/plan", 7).ids == Ids{"IPL-RUN-085"});
  CHECK(with("/plan/stages", 7).ids == Ids{"IPL-RUN-085"});
  CHECK(with("/plan/cluster", 7).ids == Ids{"IPL-RUN-085"});
  CHECK(with("/settings", Json::array()).ids == Ids{"IPL-RUN-085"});
  CHECK(with("/format", 0).ids == Ids{"IPL-RUN-085"});

  Json many = whole;
  many["plan"]["stages"][0]["steps"][0]["kind"] = 7;
  many["iplease"] = "0.0.1";
  const Refused all = refused(many.dump());
  CHECK(all.ids == Ids{"IPL-RUN-082", "IPL-RUN-084", "IPL-RUN-085"});
}

TEST_CASE("A newer format is told by its version alone, another version as that", "[report][kept]")
{
  Json newer = Json::parse(kept_text());
  newer["format"] = 2;
  newer["iplease"] = "9.1.0";
  newer["plan"] = "of another kind";
  const Refused told = refused(newer.dump());
  CHECK(told.ids == Ids{"IPL-RUN-083"});
  CHECK(told.said.find("9.1.0") != std::string::npos);

  Json other = Json::parse(kept_text());
  other["iplease"] = "0.0.1";
  CHECK(refused(sealed(other)).ids == Ids{"IPL-RUN-084"});
}

TEST_CASE("What is no kept plan is told as that", "[report][kept]")
{
  const std::string deep = R"({"type":"kept-plan","format":1,"plan":)";
  for (const std::string& text :
       {std::string(),
        std::string("{}"),
        std::string("[]"),
        std::string("null"),
        std::string("kind: Enablement\npool: {addresses: [198.51.100.0/28]}\n"),
        std::string("\x7f"
                    "ELF\0\0\xff",
                    7),
        plan_json(every_kind(), test::fresh(), test::wanted()).dump(2),
        std::string(50U << 20U, 'a'),
        std::string(50U << 20U, '['),
        deep + std::string(10'000, '[') + std::string(10'000, ']') + "}"}) {
    CHECK(refused(text).ids == Ids{"IPL-RUN-080"});
  }
}

TEST_CASE("A kept plan is shown as it was planned", "[report][kept]")
{
  const auto kept = std::get<KeptPlan>(read_kept_plan(kept_text(), "p.json"));
  Observation seen = test::fresh();
  CHECK(plan_text(kept.plan, seen, test::wanted()) ==
        plan_text(every_kind(), seen, test::wanted()));
}
