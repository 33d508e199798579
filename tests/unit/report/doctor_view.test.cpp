// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/doctor_view.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace iplease;

namespace {

std::string shown(const std::vector<Finding>& findings, DoctorTalk talk = {})
{
  talk.style.ascii = true;
  return doctor_text(findings, std::chrono::milliseconds{0}, talk);
}

/// How often `words` occurs in `text`.
int times(const std::string& text, const std::string& words)
{
  int number = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    ++number;
  }
  return number;
}

Finding passes(const std::string& id, const std::string& group)
{
  return {.id = id, .check = "c " + id, .what = "w " + id, .group = group};
}

Finding blind(const std::string& id, const std::string& what, const std::string& saw)
{
  return {.id = id, .check = "c", .outcome = Outcome::could_not_look, .what = what, .saw = saw};
}

/// An unreachable cluster: the fault, and `more` checks that could not look.
std::vector<Finding> unreached(int more)
{
  std::vector<Finding> all{
      {.id = "IPL-CLU-001", .check = "c", .outcome = Outcome::fail, .what = "no answer"}};
  for (int number = 0; number < more; ++number) {
    all.push_back(blind(fmt::format("IPL-MLB-1{:02}", number), "not reached", "kubectl"));
    all.back().follows = "IPL-CLU-001";
  }
  return all;
}

} // namespace

TEST_CASE("doctor tells the worst first, each with its id, and counts what passes",
          "[report][doctor]")
{
  const std::vector<Finding> findings{
      passes("IPL-CLU-003", "cluster"),
      {.id = "IPL-PRV-022", .check = "attributes", .outcome = Outcome::could_not_look},
      passes("IPL-CLU-010", "cluster"),
      {.id = "IPL-CLU-090",
       .check = "nodes",
       .outcome = Outcome::warn,
       .what = "1 of 2",
       .cause = "b",
       .fix = "d"},
      passes("IPL-POOL-040", "pool"),
      {.id = "IPL-MLB-005",
       .check = "metrics",
       .outcome = Outcome::fail,
       .what = "silent",
       .saw = "$ kubectl",
       .cause = "a",
       .fix = "c"}};
  CHECK(shown(findings) == "  xx IPL-MLB-005   metrics\n"
                           "      what   silent\n"
                           "      saw    $ kubectl\n"
                           "      cause  a\n"
                           "      fix    c\n"
                           "      more   iplease explain IPL-MLB-005\n"
                           "\n"
                           "  !! IPL-CLU-090   nodes\n"
                           "      what   1 of 2\n"
                           "      cause  b\n"
                           "      fix    d\n"
                           "      more   iplease explain IPL-CLU-090\n"
                           "\n"
                           "  ?? IPL-PRV-022   attributes\n"
                           "\n"
                           "  ok cluster       2 checks pass\n"
                           "  ok pool          1 check passes\n"
                           "\n"
                           "not healthy: 3 ok, 1 failure, 1 warning, 1 could not be looked at, "
                           "in 0ms\n");
  CHECK(times(shown(findings, {.quiet = true}), "pass") == 0);
}

TEST_CASE("doctor -v tells each check that passes", "[report][doctor]")
{
  const std::vector<Finding> findings{passes("IPL-CLU-003", "cluster"),
                                      passes("IPL-POOL-040", "pool")};
  CHECK(shown(findings, {.verbose = true})
            .starts_with("cluster\n"
                         "  ok IPL-CLU-003   c IPL-CLU-003                  w IPL-CLU-003\n"
                         "\n"
                         "pool\n"
                         "  ok IPL-POOL-040  c IPL-POOL-040                 w IPL-POOL-040\n"));
}

TEST_CASE("A remark of a check that passes is told, whatever is folded", "[report][doctor]")
{
  std::vector<Finding> findings{passes("IPL-POOL-047", "pool"), passes("IPL-POOL-048", "pool")};
  findings.back().remark = true;
  CHECK(shown(findings).starts_with("  ok pool          2 checks pass\n"
                                    "      note   IPL-POOL-048: w IPL-POOL-048\n\nhealthy: 2 ok"));
  CHECK(times(shown(findings, {.verbose = true}), "w IPL-POOL-048") == 1);
  CHECK(times(shown(findings, {.quiet = true}), "w IPL-POOL-048") == 0);
}

TEST_CASE("A cluster that was not reached is told once, with the number of blind checks",
          "[report][doctor]")
{
  const std::string many = shown(unreached(30));
  CHECK(times(many, "so     30 checks could not look because of it\n") == 1);
  CHECK(times(many, "not reached") == 0);
  CHECK(times(many, "IPL-MLB-1") == 0);
  CHECK(times(many, " 30 could not be looked at") == 1);
  CHECK(times(shown(unreached(30), {.verbose = true}), "IPL-MLB-129\n") == 1);
  CHECK(times(shown(unreached(2)), "IPL-MLB-100, IPL-MLB-101\n") == 1);
}

TEST_CASE("A check that was asked for by name says what kept it from looking", "[report][doctor]")
{
  std::vector<Finding> findings = unreached(2);
  findings.erase(findings.begin()); // with --only: the cause is missing
  CHECK(shown(findings, {.verbose = true})
            .starts_with("  ?? IPL-CLU-001   2 checks could not look because of it\n"
                         "      checks IPL-MLB-100, IPL-MLB-101\n"));
  findings.pop_back();
  CHECK(shown(findings, {.verbose = true})
            .starts_with("  ?? IPL-MLB-100   c\n"
                         "      what   not reached\n"
                         "      more   iplease explain IPL-CLU-001\n"));
}

TEST_CASE("Checks that could not look at the same share a row, each evidence once",
          "[report][doctor]")
{
  CHECK(shown({blind("IPL-POOL-021", "it may not be read", "$ a\nno"),
               blind("IPL-POOL-045", "it may not be read", "$ a\nno"),
               blind("IPL-POOL-047", "it may not be read", "$ b\nno"),
               blind("IPL-IPO-085", "another", "$ c")})
            .starts_with("  ?? IPL-POOL-021  c\n"
                         "      what   it may not be read\n"
                         "      checks IPL-POOL-021, IPL-POOL-045, IPL-POOL-047\n"
                         "      saw    $ a\n"
                         "             no\n"
                         "             $ b\n"
                         "             no\n"
                         "  ?? IPL-IPO-085   c\n"
                         "      what   another\n"));
}

TEST_CASE("What follows from a finding is counted with the first cause of all", "[report][doctor]")
{
  const auto follower = [](const std::string& id, const std::string& of) {
    return Finding{.id = id,
                   .check = "c",
                   .outcome = Outcome::not_applicable,
                   .what = "cure the other first",
                   .follows = of};
  };
  const std::vector<Finding> findings{
      {.id = "IPL-MLB-020", .check = "c", .outcome = Outcome::fail, .what = "down"},
      follower("IPL-MLB-005", "IPL-MLB-020"),
      follower("IPL-POOL-021", "IPL-MLB-005"),
      {.id = "IPL-MLB-014", .outcome = Outcome::not_applicable, .what = "no class"}};
  const std::string text = shown(findings);
  CHECK(times(text,
              "so     2 checks follow from it: cure it first, then look again\n"
              "             IPL-MLB-005, IPL-POOL-021\n") == 1);
  CHECK(times(text, "cure the other first") == 0);
  CHECK(times(text, "no class") == 0);
  const std::string all = shown(findings, {.verbose = true});
  CHECK(times(all, "cure the other first") == 2);
  CHECK(times(all, "follow from it") == 0);
  CHECK(times(all, "no class") == 1);
  CHECK(times(shown(findings, {.quiet = true}), "follow from it") == 0);
  // A cycle ends. A finding whose cause is not shown is reported by itself.
  CHECK(times(shown({follower("IPL-A-001", "IPL-B-001"), follower("IPL-B-001", "IPL-A-001")}),
              "cure the other first") == 2);
  CHECK(times(shown({follower("IPL-IPO-003", "IPL-IPO-012")}), "cure the other first") == 1);
}
