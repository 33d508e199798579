// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/engine/journal.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

namespace {

struct Journals {
  test::TempDir dir{};
  test::FakeClock clock{};

  std::unique_ptr<Journal> open(const std::string& command,
                                const std::string& only = {},
                                const std::map<std::string, std::vector<std::string>>& keeps = {})
  {
    return open_journal(dir.path(),
                        {.command = command, .only = only, .keeps = keeps},
                        new_run(dir.path(), clock),
                        clock);
  }
  [[nodiscard]] MemorySeen memory() const { return read_memory(dir.path()); }
};

Step changing(const std::string& before, const std::string& expect)
{
  return {.id = "pool/apply",
          .action = Run{.command = {.argv = {"kubectl"}}},
          .subject = "pool/default",
          .before = before,
          .expect = expect};
}

Step with_field(const std::string& was, const std::string& is)
{
  Step step = changing("before", is);
  step.fields = {{.field = "addresses", .was = was, .is = is}};
  return step;
}

void run_of(Journals& journals, const std::string& command, const Step& step, int code = 0)
{
  const auto journal = journals.open(command);
  journal->begin("pool", step);
  journal->finish("pool", step, {.exit_code = code});
  journal->close(code == 0 ? "done" : "failed");
}

} // namespace

TEST_CASE("The first before-value and every promise are kept", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  run_of(journals, "enable", changing("A", "B"));
  const MadeSeen made = journals.memory().made.at("pool/default");
  CHECK(made.before == "absent");
  CHECK(made.expect == std::vector<std::string>{"A", "B"});
  CHECK(made.stage == "pool");
}

TEST_CASE("What somebody else wrote between two runs is what a field goes back to",
          "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", with_field("1", "2"));
  run_of(journals, "enable", with_field("2", "3"));
  CHECK(journals.memory().made.at("pool/default").fields.at("addresses").was == "1");
  run_of(journals, "enable", with_field("theirs", "4"));
  const MadeField field = journals.memory().made.at("pool/default").fields.at("addresses");
  CHECK(field.was == "theirs");
  CHECK(field.is == std::vector<std::string>{"4"});
}

TEST_CASE("A refused step made nothing, one that was cut short may have", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"), 1);
  CHECK(journals.memory().made.empty());
  journals.open("enable")->begin("pool", changing("absent", "A"));
  CHECK(journals.memory().made.contains("pool/default"));
}

TEST_CASE("An undo forgets what it took back, a whole one everything", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  Step other = changing("absent", "X");
  other.subject = "service/controller";
  run_of(journals, "enable", other);
  {
    const auto partly = journals.open("undo", "pool");
    partly->begin("pool", changing("A", "absent"));
    CHECK(journals.memory().made.size() == 2); // if it is killed now, the cluster decides
    CHECK(journals.memory().unfinished_command == "undo");
    CHECK(journals.memory().unfinished_only == "pool");
    partly->finish("pool", changing("A", "absent"), {});
    partly->close("done");
  }
  CHECK(journals.memory().made.size() == 1);
  CHECK(journals.memory().made.contains("service/controller"));
  journals.open("undo")->close("done");
  CHECK(journals.memory().made.empty());
  CHECK(journals.memory().enabled);
}

TEST_CASE("An undo owes no verification, and ends one that was owed", "[engine][memory]")
{
  Journals journals;
  Step step = changing("absent", "A");
  step.owes = {{.id = "verify", .until = "it answers"}};
  run_of(journals, "enable", step, 1);
  REQUIRE(journals.memory().verify_owed);
  run_of(journals, "undo", changing("A", "absent"));
  const MemorySeen memory = journals.memory();
  CHECK_FALSE(memory.verify_owed);
  CHECK(memory.debts.empty());
  CHECK(memory.unfinished_run.empty());
}

TEST_CASE("What one run made is told alone", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  run_of(journals, "enable", changing("A", "B"));
  const std::string second = list_runs(journals.dir.path()).back().id;
  const auto made = made_by(journals.dir.path(), second);
  CHECK(made.at("pool/default").before == "A");
  CHECK(made_by(journals.dir.path(), "none").empty());
}

TEST_CASE("What a whole undo keeps stays remembered, and nothing else", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  Step other = changing("absent", "X");
  other.subject = "service/controller";
  run_of(journals, "enable", other);
  journals.open("undo", "", {{"pool/default", {}}})->close("failed");
  CHECK(journals.memory().made.size() == 2); // that undo did not finish
  journals.open("undo", "", {{"pool/default", {}}})->close("done");
  const MemorySeen memory = journals.memory();
  REQUIRE(memory.made.size() == 1);
  CHECK(memory.made.at("pool/default").before == "absent");
  CHECK(memory.touched == memory.made);
  journals.open("undo")->close("done");
  CHECK(journals.memory().made.empty());
  CHECK(journals.memory().touched.empty());
}

TEST_CASE("Of what goes back in part the other fields stay remembered", "[engine][memory]")
{
  Journals journals;
  Step step = with_field("1", "2");
  step.fields.push_back({.field = "autoAssign", .was = "false", .is = "true"});
  run_of(journals, "enable", step);
  {
    const auto undo = journals.open("undo", "", {{"pool/default", {"addresses"}}});
    undo->begin("pool", changing("B", ""));
    undo->finish("pool", changing("B", ""), {});
    undo->close("done");
  }
  const MadeSeen made = journals.memory().made.at("pool/default");
  REQUIRE(made.fields.size() == 1);
  CHECK(made.fields.at("addresses").was == "1");
}

TEST_CASE("A migration stays known while something is kept", "[engine][memory]")
{
  Journals journals;
  Step step = changing("absent", "A");
  {
    const auto journal = journals.open("enable");
    journal->begin("migrate", step);
    journal->finish("migrate", step, {});
    journal->close("done");
  }
  journals.open("undo", "", {{"pool/default", {}}})->close("done");
  CHECK(journals.memory().migrated);
  journals.open("undo")->close("done");
  CHECK_FALSE(journals.memory().migrated);
}

TEST_CASE("What we created and enlarged is ours alone, what somebody changed between is not",
          "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  Step larger = with_field("1", "2");
  larger.before = "A";
  larger.expect = "B";
  run_of(journals, "enable", larger);
  MadeSeen made = journals.memory().made.at("pool/default");
  CHECK(made.before == "absent");
  CHECK(made.expect == std::vector<std::string>{"A", "B"});
  CHECK(made.fields.empty());
  Step again = with_field("theirs", "3");
  again.before = "T";
  run_of(journals, "enable", again);
  made = journals.memory().made.at("pool/default");
  CHECK(made.fields.at("addresses").was == "theirs");
}

TEST_CASE("An undo of one run leaves the memory of the others", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", changing("absent", "A"));
  journals.clock.pass(std::chrono::minutes(1));
  Step larger = with_field("1", "2");
  larger.before = "A";
  larger.expect = "B";
  run_of(journals, "enable", larger);
  const std::string second = list_runs(journals.dir.path()).back().id;
  CHECK(made_by(journals.dir.path(), second).at("pool/default").fields.at("addresses").was == "1");
  {
    const auto undo = journals.open("undo", second);
    for (int i = 0; i < 2; ++i) { // a release may be healed and then written
      undo->begin("pool", changing("B", "A"));
      undo->finish("pool", changing("B", "A"), {});
    }
    undo->close("done");
  }
  const MadeSeen made = journals.memory().made.at("pool/default");
  CHECK(made.before == "absent");
  CHECK(made.expect == std::vector<std::string>{"A"});
  CHECK(made_by(journals.dir.path(), second).empty());
}

namespace {

Step helm_step(const std::string& id, const std::string& before, const std::string& expect)
{
  return {.id = id,
          .action = Run{.command = {.argv = {"helm"}}},
          .subject = "release/metallb-system/metallb",
          .before = before,
          .expect = expect};
}

} // namespace

TEST_CASE("A heal of an undo reverts nothing yet", "[engine][memory]")
{
  Journals journals;
  run_of(journals, "enable", helm_step("metallb/install", "absent", "deployed metallb revision 1"));
  run_of(journals, "undo", helm_step("metallb/heal", "uninstalling", "absent"));
  CHECK(journals.memory().made.empty()); // a whole undo that ended well looked at everything
  run_of(journals, "enable", helm_step("metallb/install", "absent", "deployed metallb revision 1"));
  {
    const auto undo = journals.open("undo");
    undo->begin("metallb", helm_step("metallb/heal", "uninstalling", "absent"));
    undo->finish("metallb", helm_step("metallb/heal", "uninstalling", "absent"), {});
    undo->close("failed");
  }
  CHECK(journals.memory().made.count("release/metallb-system/metallb") == 1);
}

TEST_CASE("What a failed helm may have left has its times", "[engine][memory]")
{
  const std::string one = "deployed metallb revision 1";
  Journals journals;
  run_of(journals, "enable", helm_step("metallb/install", "absent", one), 1);
  MadeSeen made = journals.memory().made.at("release/metallb-system/metallb");
  REQUIRE(made.unsure.count(one) == 1);
  CHECK_FALSE(made.unsure.at(one).began.empty());
  CHECK(made.unsure.at(one).began <= made.unsure.at(one).ended);
  run_of(journals, "enable", helm_step("metallb/install", "absent", one));
  made = journals.memory().made.at("release/metallb-system/metallb");
  CHECK(made.unsure.empty());
}

TEST_CASE("An undo of one stage leaves what is known of other releases", "[engine][memory]")
{
  Journals journals;
  run_of(journals,
         "enable",
         helm_step("ip-operator/install", "absent", "deployed akash-ip-operator revision 1"),
         1);
  {
    const auto undo = journals.open("undo", "pool");
    undo->begin("pool", changing("B", "A"));
    undo->finish("pool", changing("B", "A"), {});
    undo->close("done");
  }
  CHECK(journals.memory().release_writes.size() == 1);
  run_of(journals, "undo", changing("B", "A"));
  CHECK(journals.memory().release_writes.empty());
}

TEST_CASE("A journal of another cluster stops us", "[engine][memory]")
{
  Journals journals;
  const std::string mine = journals.dir / "6f0c9a3e";
  const RunPlace place = new_run(mine, journals.clock);
  (void)open_journal(mine, {.cluster_uid = "6f0c9a3e", .command = "enable"}, place, journals.clock);
  CHECK(list_runs(mine).size() == 1);
  const std::string copied = journals.dir / "0000ffff";
  std::filesystem::rename(mine, copied);
  try {
    (void)read_memory(copied);
    FAIL("it was believed");
  } catch (const EnvironmentError& error) {
    CHECK(error.problem().id == "IPL-RUN-033");
    CHECK(error.problem().exit == ExitCode::other_cluster);
    CHECK(error.problem().saw.find("6f0c9a3e") != std::string::npos);
  }
}
