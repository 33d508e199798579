// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/flags_file.hpp>
#include <iplease/report/plan_view.hpp>

#include <catch2/catch.hpp>

#include "scripted_talk.hpp"

using namespace iplease;
using namespace iplease::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("A fresh provider is asked for one thing, and one confirmation runs it",
          "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"203.0.113.100-203.0.113.120", ""});
  CHECK(talk.ending.run);
  CHECK(talk.bench.looked_closer == 1);
  CHECK(count(talk.bench.want().pool.addresses.value) == 21);
  CHECK(talk.bench.asked().pool.addresses.from == From::answer);
  CHECK_THAT(talk.prompt.said, Contains("Which public addresses may tenants lease?"));
  CHECK_THAT(talk.prompt.said, Contains("(your answer)"));
  CHECK_THAT(talk.prompt.said, Contains("--pool 203.0.113.100-203.0.113.120 --yes"));
}

TEST_CASE("A wrong answer explains itself and asks again", "[wizard][dialogue]")
{
  const Talk talk(
      fresh(), {}, {"198.51.100.0/33", "198.51.100.9/28", "?", "198.51.100.32/28", "6"});
  CHECK(talk.ending.exit == ExitCode::declined);
  CHECK_FALSE(talk.ending.run);
  CHECK_THAT(talk.prompt.said, Contains("Did you mean") || Contains("did you mean"));
  CHECK_THAT(talk.prompt.said, Contains("write 198.51.100.0/28"));
  CHECK_THAT(talk.prompt.said, Contains("Without being asked: --pool VALUE"));
}

TEST_CASE("Help names each key's flag as it is typed", "[wizard][dialogue]")
{
  const auto help = [](std::string_view path) {
    return question_help(question_to_change(path, Settings{}));
  };
  CHECK_THAT(help("timeouts.metallb"),
             Contains("asked: --timeout metallb=VALUE, or IPLEASE_TIMEOUT\n"));
  CHECK_THAT(help("metallb.kubespray.run"),
             Contains("asked: --kubespray-run, or IPLEASE_KUBESPRAY_RUN\n"));
  CHECK_THAT(help("strictARP"), Contains("asked: --set strictARP=VALUE\n"));
}

TEST_CASE("A question that changes a value shows the one that Enter keeps", "[wizard][dialogue]")
{
  Settings want;
  want.metallb.version.value = "0.15.2";
  CHECK(
      question_text(question_to_change("metallb.version", want)) ==
      "New value of metallb.version\n"
      "  The exact version, 0.13.5 to 0.15.3; when given, an installed MetalLB is changed to it.\n"
      "  Type: text\n"
      "  Now: 0.15.2 (Enter keeps it)\n"
      "  Example: 0.14.8\n"
      "  ? help   q go back   ! check what I typed so far\n");
  CHECK_THAT(question_text(question_to_change("pool.addresses", want)),
             StartsWith("Which public addresses may tenants lease?   pool.addresses\n") &&
                 !Contains("Why:"));
}

TEST_CASE("Three wrong answers end it with exit 9 and name the flag", "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"", "eth0", "2001:db8::/64"});
  CHECK(talk.ending.exit == ExitCode::declined);
  CHECK_THAT(talk.prompt.said, Contains("No answer fitted in 3 attempts"));
  CHECK_THAT(talk.prompt.said, Contains("nothing was typed\n  type an answer"));
  CHECK_THAT(talk.prompt.said, Contains("question: give --pool VALUE"));
  CHECK(talk.bench.files.empty()); // nothing was answered, so nothing is kept
}

TEST_CASE("Where it has to end, what was answered is kept in a file that is named",
          "[wizard][dialogue]")
{
  Settings asked = wanted();
  asked.provider.address = {};
  asked.pool = {};
  const Talk talk(nameless(), asked, {"203.0.113.100/32", "a", "b", "c"});
  CHECK(talk.ending.exit == ExitCode::declined);
  CHECK_THAT(talk.prompt.said, Contains("iplease enable -f /root/iplease-answers.yaml\n"));
  CHECK_THAT(talk.bench.files.at("/root/iplease-answers.yaml"), Contains("203.0.113.100/32"));

  TestBench bench(nameless(), asked);
  bench.files["/root/iplease-answers.yaml"] = "mine";
  ScriptedPrompt prompt({"203.0.113.100/32", "a", "b", "c"});
  CHECK(Dialogue(prompt, bench, false).run({}).exit == ExitCode::declined);
  CHECK(bench.files.at("/root/iplease-answers.yaml") == "mine");
  CHECK_THAT(prompt.said, Contains("-f /root/iplease-answers-2.yaml\n"));
}

TEST_CASE("After a wrong answer Enter keeps what the screen says it keeps", "[wizard][dialogue]")
{
  const Settings asked = wanted();
  const Talk talk(fresh(), asked, {"2", "1", "eth0", "", "2", "1", "eth0 !", "", "6"});
  CHECK(talk.bench.asked() == asked);
  CHECK_THAT(talk.prompt.said, Contains("Enter keeps 203.0.113.100-203.0.113.120."));
  const Talk many(fresh(), asked, {"2", "1", "a", "b", "c", "d", "203.0.113.104/29", "6"});
  CHECK(count(many.bench.want().pool.addresses.value) == 8); // many invalid answers do not end it
}

TEST_CASE("Slips at the review ask again and lose nothing", "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"198.51.100.32/28", "7", "x", "0", "-1", "yes", "c", ""});
  CHECK(talk.ending.run); // "c" may be change, commands or cancel
  CHECK(count(talk.bench.want().pool.addresses.value) == 16);
}

TEST_CASE("Words, numbers, ? and q choose at the review", "[wizard][dialogue]")
{
  const Talk talk(fresh(),
                  wanted(),
                  {"?",
                   "diff",
                   "show commands",
                   "COMMANDS",
                   "s",
                   "save",
                   "q",
                   "change",
                   "q",
                   "2",
                   "1",
                   "q",
                   "run"});
  CHECK(talk.ending.run);
  CHECK(talk.bench.files.empty());
  CHECK(talk.bench.asked() == wanted());
  CHECK_THAT(talk.prompt.said, Contains("diff: what changes in your files"));
  const Talk left(fresh(), wanted(), {"q"});
  CHECK(left.ending.exit == ExitCode::declined);
  CHECK_THAT(left.prompt.said, Contains("Nothing was changed."));
}

TEST_CASE("A slip at the file's name makes no file", "[wizard][dialogue]")
{
  const Talk talk(fresh(), wanted(), {"5", "?", "y", "5", "a.yaml, b.yaml", "mine.yaml"});
  CHECK(talk.ending.exit == ExitCode::done);
  CHECK(talk.bench.files.size() == 1);
  CHECK(talk.bench.files.contains("/root/mine.yaml"));
}

TEST_CASE("? at the pool teaches where the addresses come from", "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"?", "q"});
  for (const char* words : {"hoster's panel",
                            "Routed:",
                            "On-link:",
                            "Do not give: a node's own "
                            "address",
                            "gateway's",
                            "broadcast",
                            "/28 means",
                            "16 addresses",
                            "Checked at once"}) {
    INFO(words);
    const std::string text = talk.prompt.said;
    std::string flat;
    for (const char c : text) {
      if (c != '\n' && (c != ' ' || !flat.ends_with(' '))) {
        flat += c;
      } else if (c == '\n' && !flat.ends_with(' ')) {
        flat += ' ';
      }
    }
    CHECK_THAT(flat, Contains(words));
  }
}

TEST_CASE("What was typed can be checked without giving it", "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"!", "198.51.100.32/28 !", "!", "", "6"});
  CHECK_THAT(talk.prompt.said, Contains("Nothing to check yet"));
  CHECK_THAT(talk.prompt.said, Contains("It can be used: 16 addresses. Enter takes it."));
  CHECK(count(talk.bench.want().pool.addresses.value) == 16);
}

TEST_CASE("Ctrl-D, Ctrl-C and SIGTERM end it anywhere, with their own exit codes",
          "[wizard][dialogue]")
{
  const std::vector<std::pair<std::string, ExitCode>> ways{
      {"^D", ExitCode::declined}, {"^C", ExitCode::interrupted}, {"TERM", ExitCode::terminated}};
  for (const auto& [key, exit] : ways) {
    for (const std::deque<std::string>& before : {std::deque<std::string>{},
                                                  {"198.51.100.32/28"},
                                                  {"198.51.100.32/28", "2"},
                                                  {"198.51.100.32/28", "2", "3"},
                                                  {"198.51.100.32/28", "5"}}) {
      std::deque<std::string> answers = before;
      answers.push_back(key);
      const Talk talk(fresh(), {}, answers);
      CHECK(talk.ending.exit == exit);
      CHECK_FALSE(talk.ending.run);
      CHECK(talk.bench.files.empty());
      CHECK_THAT(talk.prompt.said, Contains("Nothing was changed."));
    }
  }
}

TEST_CASE("A node's address in the pool has to be taken by the name of its risk",
          "[wizard][dialogue][risk]")
{
  const Observation seen = node_in_the_way();
  const Talk refused(seen, {}, {"203.0.113.8/29", "yes", "1", "?", "", "203.0.113.100/32", "6"});
  CHECK(count(refused.bench.want().pool.addresses.value) == 1);
  CHECK_FALSE(refused.bench.want().accepts("IPL-POOL-031"));

  const Talk taken(seen, {}, {"203.0.113.8/29", "IPL-POOL-031", ""});
  CHECK(taken.ending.run);
  CHECK(taken.bench.want().accepts("IPL-POOL-031"));
  CHECK_THAT(taken.prompt.said, Contains("--accept-risk IPL-POOL-031"));

  // After a check, Enter asks for the risk; the text must not say that Enter accepts.
  const Talk checked(seen, {}, {"203.0.113.8/29 !", "", "ipl-pool-031", "6"});
  CHECK(checked.bench.want().accepts("IPL-POOL-031"));
  CHECK_THAT(checked.prompt.said, Contains("if you agree to that. Enter asks you."));
  CHECK_THAT(checked.prompt.said, !Contains("Enter takes it"));
}

TEST_CASE("A risk that is declined in the end loses no answer", "[wizard][dialogue][risk]")
{
  Observation seen = fresh();
  seen.provider.stateful_set.value.wanted = 0;
  const Talk talk(seen, {}, {"203.0.113.100/32", "yes", ""});
  CHECK(talk.ending.exit == ExitCode::declined);
  CHECK(talk.bench.files.contains("/root/iplease-answers.yaml"));
}

TEST_CASE("A risk that comes with a flag is asked about, and Enter declines it",
          "[wizard][dialogue][risk]")
{
  Observation seen = fresh();
  seen.nodes.front().addresses = {"203.0.113.101"};
  const Talk declined(seen, wanted(), {""});
  CHECK(declined.ending.exit == ExitCode::declined);
  const Talk taken(seen, wanted(), {"IPL-POOL-031", ""});
  CHECK(taken.ending.run);
}

TEST_CASE("A private range is used only when said so", "[wizard][dialogue]")
{
  const Talk talk(fresh(), {}, {"10.1.0.0/28", "", "10.1.0.0/28", "2", ""});
  CHECK(talk.ending.run);
  CHECK_THAT(talk.prompt.said, Contains("is private (10.0.0.0/8, RFC 1918)"));
}

TEST_CASE("File and release that differ are shown and chosen by number", "[wizard][dialogue]")
{
  const Talk talk(differing(), wanted(), {"x", "?", "1", ""});
  CHECK(talk.ending.run);
  CHECK(talk.bench.asked().provider.values_from.value == ValuesFrom::file);
  CHECK_THAT(talk.prompt.said, Contains("Which provider values are right?"));
  CHECK_THAT(talk.prompt.said, Contains("bidpricestoragescale"));
  CHECK_THAT(talk.prompt.said, !Contains("ZmFrZWtleQ"));

  const Talk both(differing(), wanted(), {"3", ""});
  CHECK(both.ending.run);
  CHECK(both.bench.asked().provider.values_from.value == ValuesFrom::merge);
  CHECK_THAT(both.prompt.said, Contains("--provider-values-from merge"));
}

TEST_CASE("The provider's address is asked for where the values have none", "[wizard][dialogue]")
{
  Settings asked = wanted();
  asked.provider.address = {};
  const Talk talk(nameless(), asked, {"akash1zzz", k_address, ""});
  CHECK(talk.ending.run);
  CHECK(talk.bench.want().provider.address.value == k_address);
}

TEST_CASE("One setting is changed by its number or its name, and Enter keeps it",
          "[wizard][dialogue]")
{
  const Talk talk(fresh(),
                  wanted(),
                  {"2",
                   "1",
                   "203.0.113.104/29",
                   "2",
                   "timeouts.provider",
                   "7m",
                   "2",
                   "3",
                   "",
                   "2",
                   "",
                   "2",
                   "cluster.context",
                   "nosuch",
                   "",
                   "6"});
  CHECK(count(talk.bench.want().pool.addresses.value) == 8);
  CHECK(talk.bench.want().timeout("provider") == std::chrono::minutes(7));
  CHECK_FALSE(talk.bench.asked().metallb.version.value.has_value());
  CHECK_THAT(talk.prompt.said, Contains("That decides what is looked at"));
}

TEST_CASE("Saved answers replayed give the same plan, byte for byte", "[wizard][roundtrip]")
{
  const Talk talk(differing(),
                  {},
                  {"203.0.113.100-203.0.113.120, 198.51.100.32/28",
                   "2",
                   "2",
                   "timeouts.metallb",
                   "7m",
                   "2",
                   "provider.attributes",
                   "ip-lease",
                   "2",
                   "pool.avoidBuggyIPs",
                   "true",
                   "2",
                   "metallb.values",
                   "{\"speaker\": {\"frr\": {\"enabled\": false}}}",
                   "5",
                   ""});
  CHECK(talk.ending.exit == ExitCode::done);
  CHECK_FALSE(talk.ending.run);
  const std::string text = talk.bench.files.at("/root/iplease.yaml");
  INFO(text);
  const ReadSettings read =
      read_settings({.file = FlagsText{.name = "iplease.yaml", .folder = "/root", .text = text}});
  REQUIRE(read.problems.empty());
  const TestBench replayed(differing(), read.settings);
  CHECK(replayed.plan() == talk.bench.plan());
  CHECK(plan_script(replayed.plan(), replayed.seen(), replayed.want()) ==
        plan_script(talk.bench.plan(), talk.bench.seen(), talk.bench.want()));
}

TEST_CASE("Answers are never saved over a file that is there", "[wizard][dialogue]")
{
  const Settings asked = wanted();
  TestBench bench(fresh(), asked);
  bench.files["/root/iplease.yaml"] = "mine";
  ScriptedPrompt prompt({"5", "", "other.yaml"});
  CHECK(Dialogue(prompt, bench, false).run({}).exit == ExitCode::done);
  CHECK(bench.files.at("/root/iplease.yaml") == "mine");
  CHECK(bench.files.contains("/root/other.yaml"));
}

TEST_CASE("What no answer can settle is told before anything is asked", "[wizard][dialogue]")
{
  Observation seen = fresh();
  seen.namespaces.erase("lease");
  const Talk talk(seen, {}, {});
  REQUIRE(talk.ending.problems.size() == 1);
  CHECK(talk.ending.problems.front().id == "IPL-PRV-003");
  CHECK(talk.ending.exit == ExitCode::blocked);
}

TEST_CASE("No line is wider than the window but one that is a single word", "[wizard][width]")
{
  for (const int width : {40, 60, 80}) {
    const Talk talk(
        fresh(), {}, {"10.0.0.0/33", "?", "203.0.113.100-203.0.113.120", "2", "", "6"}, width);
    std::size_t at = 0;
    while (at < talk.prompt.said.size()) {
      const std::size_t end = std::min(talk.prompt.said.find('\n', at), talk.prompt.said.size());
      const std::string line = talk.prompt.said.substr(at, end - at);
      const std::string words = line.substr(std::min(line.find_first_not_of(' '), line.size()));
      INFO(width << ": " << line);
      CHECK((static_cast<int>(line.size()) <= width || words.find(' ') == std::string::npos));
      at = end + 1;
    }
  }
}
