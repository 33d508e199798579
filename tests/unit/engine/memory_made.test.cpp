// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/journal.hpp>

#include <catch2/catch.hpp>

#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

namespace {

struct Journals {
  test::TempDir dir{};
  test::FakeClock clock{};

  std::unique_ptr<Journal> open(const std::string& command, const std::string& only = {})
  {
    return open_journal(
        dir.path(), {.command = command, .only = only}, new_run(dir.path(), clock), clock);
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
    CHECK(journals.memory().made.size() == 2); // killed now, the cluster tells
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
