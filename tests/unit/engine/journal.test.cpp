// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

#include <sys/stat.h>

using namespace iplease;
using nlohmann::json;

namespace {

Step run_step(const std::string& id, std::vector<std::string> argv, std::string input = "")
{
  return {.id = id,
          .reason = "because",
          .action = Run{.command = {.argv = std::move(argv), .input = std::move(input)}},
          .subject = "subject/" + id,
          .before = "old",
          .expect = "new"};
}

Step helm_step(const std::string& id)
{
  return run_step(id,
                  {"helm",
                   "--kube-context",
                   "prod",
                   "upgrade",
                   "--install",
                   "metallb",
                   "metallb",
                   "--repo",
                   "https://example.com",
                   "--namespace",
                   "metallb-system"});
}

/// A state directory with runs.
struct Runs {
  test::TempDir dir{};
  test::FakeClock clock{};
  RunPlace place{};

  std::unique_ptr<Journal> open()
  {
    place = new_run(dir.path(), clock);
    return open_journal(dir.path(),
                        {.cluster_uid = dir.path().substr(dir.path().rfind('/') + 1),
                         .command = "enable",
                         .settings_json = R"({"pool":"p"})",
                         .plan_json = "{}\n"},
                        place,
                        clock);
  }
  [[nodiscard]] MemorySeen memory() const { return read_memory(dir.path()); }
  [[nodiscard]] std::string text() const { return test::slurp(place.directory + "/journal.jsonl"); }
};

const CommandResult k_ok{.out = "done\n"};

std::string problem_of(const std::string& directory)
{
  try {
    (void)read_memory(directory);
  } catch (const EnvironmentError& error) {
    CHECK(error.problem().exit == ExitCode::cannot_write);
    return error.problem().id;
  }
  return "";
}

} // namespace

TEST_CASE("The journal says what will happen before, and how it ended after", "[engine][journal]")
{
  Runs runs;
  const auto journal = runs.open();
  Step step = run_step("pool/apply", {"kubectl", "apply", "-f", "-"}, "kind: IPAddressPool\n");
  step.owes = {{.id = "look", .until = "/usage shows it"}};
  journal->begin("pool", step);
  {
    const std::string text = runs.text();
    CHECK(text.back() == '\n');
    const json header = parsed_json(text.substr(0, text.find('\n')));
    CHECK(header["v"] == 1);
    CHECK(header["ev"] == "run");
    CHECK(runs.dir.path().ends_with("/" + header["cluster"].get<std::string>()));
    CHECK(header["settings"]["pool"] == "p");
    const json intent = parsed_json(text.substr(text.find('\n') + 1));
    CHECK(intent["ev"] == "intent");
    CHECK(intent["step"] == "pool/apply");
    CHECK(intent["argv"] == json({"kubectl", "apply", "-f", "-"}));
    CHECK(intent["stdin"] == "sha256:" + sha256_hex("kind: IPAddressPool\n"));
    CHECK(intent["owes"][0]["id"] == "look");
    CHECK(test::slurp(runs.place.directory + "/blobs/" + sha256_hex("kind: IPAddressPool\n")) ==
          "kind: IPAddressPool\n");
  }
  journal->finish(
      "pool", step, {.exit_code = 1, .err = "no\xff\n", .took = std::chrono::milliseconds(412)});
  const std::string text = runs.text();
  const json done = parsed_json(text.substr(text.rfind('\n', text.size() - 2) + 1));
  CHECK(done["ev"] == "done");
  CHECK(done["rc"] == 1);
  CHECK(done["ms"] == 412);
  CHECK(done["n"] == 2);
}

TEST_CASE("What a step proved is in the journal", "[engine][journal]")
{
  Runs runs;
  const auto journal = runs.open();
  const Step step{.id = "metallb/install", .proves = "0.14.8 installed"};
  journal->finish("metallb", step, {});
  CHECK_THAT(runs.text(), Catch::Contains(R"("proved":"0.14.8 installed")"));
}

TEST_CASE("The run's directory is private and has the plan", "[engine][journal]")
{
  Runs runs;
  const auto journal = runs.open();
  const auto mode = [](const std::string& path) {
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777U;
  };
  journal->begin("pool", run_step("pool/apply", {"kubectl"}, "x"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(runs.place.directory)) {
    INFO(entry.path());
    CHECK(mode(entry.path().string()) == (entry.is_directory() ? 0700 : 0600));
  }
  CHECK(mode(runs.place.directory) == 0700);
  CHECK(test::slurp(runs.place.directory + "/plan.json") == "{}\n");
}

TEST_CASE("No secret reaches the journal", "[engine][journal]")
{
  Runs runs;
  const auto journal = runs.open();
  Step upgrade = helm_step("provider/upgrade");
  auto& command = std::get<Run>(upgrade.action).command;
  command.input = "key: |\n  canary-line-of-a-key\nkeysecret: canary-password\n";
  command.secret_input = true;
  journal->begin("provider", upgrade);
  journal->finish("provider",
                  upgrade,
                  {.exit_code = 1, .err = "cannot read keysecret •••"}); // masked when it was read
  const Step file{
      .id = "values/write",
      .action = FileWrite{.path = "/p.yaml", .content = "canary-content", .shown = "-a: •••\n"}};
  journal->begin("provider-values", file);
  journal->finish("provider-values", file, k_ok);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(runs.dir.path())) {
    if (entry.is_regular_file()) {
      ++files;
      INFO(entry.path());
      CHECK(test::slurp(entry.path().string()).find("canary") == std::string::npos);
    }
  }
  CHECK(files >= 4);
}

TEST_CASE("What is in flight is what began and did not end", "[engine][memory]")
{
  Runs runs;
  const auto journal = runs.open();
  CHECK(runs.memory() == MemorySeen{});
  Step step = helm_step("metallb/install");
  step.subject = "release/metallb-system/metallb";
  journal->begin("metallb", step);
  const MemorySeen flying = runs.memory();
  CHECK(flying.in_flight_step == "metallb/install");
  CHECK(flying.in_flight_subject == "release/metallb-system/metallb");
  CHECK(flying.in_flight_before == "old");
  CHECK(flying.in_flight_expect == "new");
  REQUIRE(flying.release_writes.contains("metallb-system/metallb"));
  const ReleaseWrite write = flying.release_writes.at("metallb-system/metallb");
  CHECK(write.before == "old");
  CHECK(write.expect == "new");
  CHECK_FALSE(write.began.empty());
  CHECK(write.ended.empty());
  CHECK(flying.unfinished_run == runs.place.id);
  CHECK(flying.unfinished_settings == R"({"pool":"p"})");
  CHECK(flying.verify_owed);
  SECTION("a command that ended is not in flight, whatever it answered")
  {
    journal->finish("metallb", step, {.exit_code = GENERATE(0, 1)});
    CHECK(runs.memory().in_flight_step.empty());
    // A helm that failed by itself may have left its revision, so remember who wrote it.
    CHECK_FALSE(runs.memory().release_writes.at("metallb-system/metallb").ended.empty());
    CHECK(runs.memory().unfinished_run == runs.place.id);
  }
  SECTION("one that was cut short is")
  {
    journal->finish(
        "metallb", step, {.ended = GENERATE(Ended::timed_out, Ended::signalled), .exit_code = 9});
    CHECK(runs.memory() == flying);
  }
  SECTION("a later run that settled it by looking")
  {
    const auto second = runs.open();
    second->settled("metallb/install", "observed");
    CHECK(runs.memory().in_flight_step.empty());
    CHECK(runs.memory().release_writes.size() == 1); // a pending release still counts as ours
    second->close("done");
    CHECK(runs.memory().release_writes.empty());
    CHECK(runs.memory().unfinished_run.empty());
    CHECK(runs.memory().verify_owed);
  }
  SECTION("a run that failed is unfinished")
  {
    journal->close("failed");
    CHECK(runs.memory().unfinished_run == runs.place.id);
  }
}

TEST_CASE("Reads and waits leave nothing in flight and owe no verification", "[engine][memory]")
{
  Runs runs;
  const auto journal = runs.open();
  Step rollout = run_step("metallb/ready", {"kubectl", "rollout", "status"});
  std::get<Run>(rollout.action).reads_only = true;
  journal->begin("metallb", rollout);
  journal->begin(
      "metallb",
      {.id = "w", .action = WaitUntil{.probe = {.argv = {"kubectl", "get"}}, .pattern = "x"}});
  journal->begin("metallb", {.id = "h", .action = HttpGet{.url = "https://example.com"}});
  CHECK(runs.memory() == MemorySeen{});
}

TEST_CASE("A debt lives until it is paid, over any number of runs", "[engine][memory]")
{
  Runs runs;
  Step patch = run_step("strict-arp/patch", {"kubectl", "patch"});
  patch.owes = {{.id = "restart-kube-proxy", .until = "pods are younger", .seen = "u 3 "}};
  Step restart = run_step("strict-arp/restart", {"kubectl", "rollout", "restart"});
  restart.pays = {"restart-kube-proxy"};
  {
    const auto journal = runs.open();
    journal->begin("strict-arp", patch);
    journal->finish("strict-arp", patch, k_ok);
    journal->begin("strict-arp", restart);
    journal->finish("strict-arp", restart, {.exit_code = 1});
    journal->close("failed");
  }
  REQUIRE(runs.memory().debts == patch.owes);
  CHECK(runs.memory().debt_since.at("restart-kube-proxy") == "2026-11-23T06:40:00.000Z");
  runs.clock.pass(std::chrono::seconds(60));
  const auto second = runs.open();
  patch.owes.front().seen = "u 4 "; // owed again: `since` stays, `seen` is replaced
  second->begin("strict-arp", patch);
  CHECK(runs.memory().debt_since.at("restart-kube-proxy") == "2026-11-23T06:40:00.000Z");
  CHECK(runs.memory().debts == patch.owes);
  SECTION("by a step")
  {
    second->begin("strict-arp", restart);
    CHECK(runs.memory().debts.size() == 1);
    second->finish("strict-arp", restart, k_ok);
  }
  SECTION("by being seen")
  {
    second->paid("restart-kube-proxy");
  }
  CHECK(runs.memory().debts.empty());
  CHECK(runs.memory().debt_since.empty());
}

TEST_CASE("A verification is owed from the first write until it passes", "[engine][memory]")
{
  Runs runs;
  const auto journal = runs.open();
  Step create = run_step("verify/create", {"kubectl", "create"});
  journal->begin("verify", create);
  CHECK_FALSE(runs.memory().verify_owed);
  journal->begin("pool", run_step("pool/apply", {"kubectl"}));
  CHECK(runs.memory().verify_owed);
  Step proof{.id = "verify/announced", .action = HttpGet{}, .pays = {"verify"}};
  journal->finish("verify", proof, {.exit_code = 1});
  CHECK(runs.memory().verify_owed);
  journal->finish("verify", proof, k_ok);
  CHECK_FALSE(runs.memory().verify_owed);
}

TEST_CASE("Cut off at any byte, a journal says what its whole lines say", "[engine][memory]")
{
  Runs runs;
  const auto journal = runs.open();
  Step patch = run_step("strict-arp/patch", {"kubectl", "patch"}, "{}");
  patch.owes = {{.id = "restart-kube-proxy", .until = "pods are younger"}};
  journal->begin("strict-arp", patch);
  journal->finish("strict-arp", patch, k_ok);
  Step helm = helm_step("metallb/install");
  helm.subject = "release/metallb-system/metallb";
  journal->begin("metallb", helm);
  journal->finish("metallb", helm, k_ok);
  journal->paid("restart-kube-proxy");
  journal->close("done");
  const std::string text = runs.text();
  const std::string path = runs.place.directory + "/journal.jsonl";
  std::vector<MemorySeen> by_lines;
  std::size_t lines = 0;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    test::spill(path, text.substr(0, cut));
    const MemorySeen memory = runs.memory();
    if (cut == 0 || text[cut - 1] == '\n') {
      by_lines.push_back(memory);
      lines += cut == 0 ? 0U : 1U;
    }
    INFO("cut at byte " << cut << ", after " << lines << " whole lines");
    REQUIRE(memory == by_lines.back());
  }
  REQUIRE(lines == 7);
  CHECK(by_lines[1] == MemorySeen{});
  CHECK(by_lines[2].in_flight_step == "strict-arp/patch");
  CHECK(by_lines[2].debts.size() == 1);
  CHECK(by_lines[4].release_writes.size() == 1);
  CHECK(by_lines[6].debts.empty());
  CHECK(by_lines[7].unfinished_run.empty());
}

TEST_CASE("A tail of zero bytes, as a power cut leaves, is dropped too", "[engine][memory]")
{
  Runs runs;
  const auto journal = runs.open();
  journal->begin("pool", run_step("pool/apply", {"kubectl"}));
  const MemorySeen before = runs.memory();
  test::spill(runs.place.directory + "/journal.jsonl", runs.text() + std::string(100, '\0'));
  CHECK(runs.memory() == before);
}

TEST_CASE("A journal of a newer format or a damaged one stops us", "[engine][memory]")
{
  Runs runs;
  {
    const auto journal = runs.open();
    journal->begin("pool", run_step("pool/apply", {"kubectl"}));
  }
  const std::string path = runs.place.directory + "/journal.jsonl";
  const std::string text = runs.text();
  test::spill(path,
              R"({"v":2,"n":0,"ev":"run","iplease":"9.0"})"
              "\n");
  CHECK(problem_of(runs.dir.path()) == "IPL-RUN-003");
  test::spill(path, "rubbish\n" + text);
  CHECK(problem_of(runs.dir.path()) == "IPL-RUN-013");
}

TEST_CASE("Runs count in the order in which they began, whatever the clock says",
          "[engine][memory]")
{
  Runs runs;
  runs.clock.pass(std::chrono::minutes(10));
  {
    const auto first = runs.open();
    first->begin("pool", run_step("pool/first", {"kubectl"}));
  }
  runs.clock.pass(std::chrono::minutes(-10)); // the clock was set back between the runs
  {
    const auto second = runs.open();
    second->begin("pool", run_step("pool/second", {"kubectl"}));
  }
  CHECK(runs.memory().in_flight_step == "pool/second");
  const auto list = list_runs(runs.dir.path());
  REQUIRE(list.size() == 2);
  CHECK(list[0].last_step == "pool/first");
  CHECK(list[1].outcome.empty());
  CHECK(list[1].commands == 1);
}

TEST_CASE("The log of a run reads like what was done", "[engine][journal]")
{
  Runs runs;
  const auto journal = runs.open();
  Step step = run_step("pool/apply", {"kubectl", "apply", "-f", "a b"});
  step.owes = {{.id = "look", .until = "x"}};
  journal->begin("pool", step);
  journal->finish("pool", step, {.exit_code = 1, .took = std::chrono::milliseconds(5)});
  journal->close("failed");
  const std::string log = log_text(runs.text());
  CHECK(log.find("pool/apply: $ kubectl apply -f 'a b'  (owes look)\n") != std::string::npos);
  CHECK(log.find("pool/apply: exit 1 after 5 ms\n") != std::string::npos);
  CHECK(log.find("ended: failed\n") != std::string::npos);
}

TEST_CASE("The state directory follows flag, XDG and home", "[engine][journal]")
{
  CHECK(cluster_directory("/s", "/x", "/h", "u") == "/s/iplease/u");
  CHECK(cluster_directory("", "/x", "/h", "u") == "/x/iplease/u");
  CHECK(cluster_directory("", "relative", "/h", "u") == "/h/.local/state/iplease/u");
  CHECK(cluster_directory("", "", "/h", "u") == "/h/.local/state/iplease/u");
}
