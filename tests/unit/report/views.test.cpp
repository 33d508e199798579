// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/doctor_view.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/live_view.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/quiet_view.hpp>
#include <iplease/report/words.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <support/fake_clock.hpp>

using namespace iplease;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const StagePlan k_stage{.stage = "metallb",
                        .verdict = Verdict::needed,
                        .reason = "release metallb 0.14.8",
                        .change = "create"};
const Step k_step{
    .id = "metallb/install",
    .reason = "not installed",
    .action = Run{.command = {.argv = {"helm", "upgrade", "--install", "a b"}, .timeout = 5min}}};

/// One stage that succeeds and one that fails, for any view.
void story(View& view, test::FakeClock& clock)
{
  view.stage_start(k_stage, 3, 11);
  view.command_start(k_stage, k_step);
  for (int quarter = 1; quarter <= 80; ++quarter) {
    clock.pass(250ms);
    view.waiting(
        k_step, 250ms * quarter, 300s, "1/3 pods ready (speaker-x on worker-2: ContainerCreating)");
  }
  view.command_end(k_stage, k_step, {.took = 20s});
  view.stage_end(k_stage, {true, 20s, "0.14.8 installed, metallb-controller ready"});
  const StagePlan pool{.stage = "pool"};
  view.stage_start(pool, 6, 11);
  view.command_start(pool, k_step);
  view.command_end(pool, k_step, {.exit_code = 1, .err = "Error: no\nmore\n", .took = 3s});
  view.stage_end(pool, {false, 3s});
  view.problem({.id = "IPL-MLB-004",
                .what = "MetalLB's webhook does not answer yet",
                .saw = "line 1\nline 2",
                .cause = "c",
                .fix = "f"});
  view.note("finishing, then stopping");
}

/// How every view shows the second stage.
const std::string k_command_failed =
    "command failed after 3s: $ helm upgrade --install 'a b' (limit 5m)  exit 1\n"
    "  | Error: no\n"
    "  | more\n";
const std::string k_problem_told = "\n"
                                   "error IPL-MLB-004: MetalLB's webhook does not answer yet\n"
                                   "  stage   pool (6 of 11); stages 1 to 5 are done\n"
                                   "  saw     line 1\n"
                                   "          line 2\n"
                                   "  cause   c\n"
                                   "  fix     f\n"
                                   "  more    iplease explain IPL-MLB-004\n";

struct Told {
  std::string text{};
  Write write = [this](std::string_view bytes) { text += bytes; };
};

} // namespace

TEST_CASE("Plain lines: one per change, a heartbeat every 15 s, no control characters",
          "[report][plain]")
{
  Told told;
  test::FakeClock clock;
  PlainView view(told.write, clock, {});
  story(view, clock);
  CHECK(told.text == "06:40:00Z [3/11] metallb: $ helm upgrade --install 'a b' (limit 5m)\n"
                     "06:40:15Z [3/11] metallb: waiting 15s of 5m: 1/3 pods ready (speaker-x on "
                     "worker-2: ContainerCreating)\n"
                     "06:40:20Z [3/11] metallb: done in 20s: 0.14.8 installed, "
                     "metallb-controller ready\n"
                     "06:40:20Z [6/11] pool: $ helm upgrade --install 'a b' (limit 5m)\n" +
                         k_command_failed + "06:40:20Z [6/11] pool: failed after 3s\n" +
                         k_problem_told + "06:40:20Z finishing, then stopping\n");
  CHECK(std::ranges::none_of(
      told.text, [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x20; }));
}

TEST_CASE("An accessible heartbeat is a sentence", "[report][plain]")
{
  Told told;
  test::FakeClock clock;
  PlainView view(told.write, clock, {.accessible = true});
  story(view, clock);
  CHECK(told.text.find("Still working, 15s of at most 5m: 1/3 pods ready") != std::string::npos);
}

TEST_CASE("The live line stays within the width, whatever is said", "[report][live]")
{
  Told told;
  test::FakeClock clock;
  const int width = GENERATE(40, 80);
  {
    LiveView view(
        told.write, {.live = true, .ascii = GENERATE(true, false)}, [=] { return width; });
    story(view, clock);
  }
  // A redrawn line must be narrower than the screen, or \r does not reach its start.
  int redrawn = 0;
  const std::string erase = "\r\x1b[J";
  for (std::size_t at = told.text.find(erase); at != std::string::npos;
       at = told.text.find(erase, at + 1)) {
    const std::size_t end = told.text.find_first_of("\r\n", at + 4);
    if (end == std::string::npos || told.text[end] == '\n') {
      continue; // this line scrolls and may wrap
    }
    ++redrawn;
    const std::string drawn = told.text.substr(at + 4, end - at - 4);
    INFO(drawn);
    CHECK(told.text[end] == '\r'); // the cursor returns, so that an echoed ^C lands on this line
    CHECK(std::ranges::count_if(drawn, [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
          }) < width);
  }
  CHECK(redrawn > 70);
  CHECK(told.text.find("metallb [3/11]") != std::string::npos);
  CHECK(told.text.find("0m07s of 5m") != std::string::npos);
  CHECK(told.text.find("  | Error: no\n") != std::string::npos);
  CHECK(told.text.find("error IPL-MLB-004") != std::string::npos);
  CHECK(told.text.find("\x1b[3") == std::string::npos); // colour is off
}

TEST_CASE("Finished stages scroll with what they proved, one that failed with its step",
          "[report][live]")
{
  Told told;
  const bool colour = GENERATE(true, false);
  {
    LiveView view(told.write, {.live = true, .colour = colour}, [] { return 80; });
    view.stage_end(k_stage, {true, 112s, "0.14.8 installed"});
    view.stage_end(k_stage, {true, 112s});
    view.stage_end(k_stage, {false, 112s}); // before its first step
    view.stage_start(k_stage, 3, 11);
    view.command_start(k_stage, k_step);
    view.stage_end(k_stage, {false, 112s});
  }
  const std::string good = colour ? "\x1b[32m✔\x1b[0m" : "✔";
  const std::string bad = colour ? "\x1b[31m✖\x1b[0m" : "✖";
  CHECK(told.text == good + " metallb           1m52s   0.14.8 installed\n" + good +
                         " metallb           1m52s   done\n" + bad +
                         " metallb           1m52s   release metallb 0.14.8\n" +
                         "\r\x1b[J⠋ metallb [3/11]         install: not installed\r" + "\r\x1b[J" +
                         bad + " metallb           1m52s   stopped in step metallb/install\n");
}

TEST_CASE("In a narrow window the words have the room of the columns", "[report][live]")
{
  Told told;
  {
    LiveView view(told.write, {.live = true}, [] { return 40; });
    view.stage_end(k_stage, {true, 112s, "0.14.8 installed, metallb-controller ready"});
  }
  CHECK(told.text == "✔ metallb 1m52s 0.14.8 installed,\n  metallb-controller ready\n");
}

TEST_CASE("A window that became narrower keeps no rest of the live line", "[report][live]")
{
  Told told;
  int width = 80;
  LiveView view(told.write, {.live = true, .ascii = true}, [&] { return width; });
  view.stage_start(k_stage, 3, 11);
  view.waiting(k_step, 1s, 60s, std::string(100, 'x')); // fills the row: 79 columns
  width = 40;
  told.text.clear();
  view.note("said");
  CHECK(told.text == "\r\x1b[Jsaid\n"); // it now takes two rows; the cursor is on the first
}

TEST_CASE("Quiet: what went wrong, and nothing of what goes well", "[report][quiet]")
{
  Told told;
  test::FakeClock clock;
  QuietView view(told.write);
  story(view, clock);
  CHECK(told.text == k_command_failed + k_problem_told + "finishing, then stopping\n");
}

TEST_CASE("JSON is one object per line with type and message, and repeats no unchanged wait",
          "[report][json]")
{
  Told told;
  test::FakeClock clock;
  JsonView view(told.write, clock);
  view.plan({{"stages", json::array()}});
  story(view, clock);
  view.result(ExitCode::failed, true, "20261123-064000-k3f9");
  std::vector<std::string> types;
  json last;
  for (std::size_t from = 0; from < told.text.size();) {
    const std::size_t end = told.text.find('\n', from);
    last = parsed_json(told.text.substr(from, end - from));
    CHECK(last["@message"].is_string());
    CHECK(last["@timestamp"].is_string());
    types.push_back(last["type"]);
    from = end + 1;
  }
  CHECK(types == std::vector<std::string>{"version",
                                          "plan",
                                          "stage_start",
                                          "command_start",
                                          "wait",
                                          "wait",
                                          "command_end",
                                          "stage_end",
                                          "stage_start",
                                          "command_start",
                                          "command_end",
                                          "stage_end",
                                          "diagnostic",
                                          "note",
                                          "result"});
  CHECK(last["exit"] == 1);
  CHECK(last["changed"] == true);
  CHECK(last["run"] == "20261123-064000-k3f9");
}

TEST_CASE("What goes wrong and does not stop is told by its id", "[report][json]")
{
  const Problem problem{.id = "IPL-RUN-006", .what = "it did not come true", .saw = "no"};
  test::FakeClock clock;
  Told lines;
  JsonView(lines.write, clock, false).warning(problem);
  const json told = parsed_json(lines.text);
  CHECK(told["type"] == "warning");
  CHECK(told["id"] == "IPL-RUN-006");
  CHECK(told["severity"] == "warning");
  CHECK(told["saw"] == "no");
  CHECK_FALSE(told["fix"].get<std::string>().empty());
  CHECK_FALSE(told.contains("exit"));
  Told plain;
  PlainView(plain.write, clock, {}).warning(problem);
  CHECK(plain.text.find("warning IPL-RUN-006: it did not come true: no\n") != std::string::npos);
}

TEST_CASE("How a command ended says what its number is", "[report][json]")
{
  test::FakeClock clock;
  for (const Ended ended :
       {Ended::exited, Ended::signalled, Ended::timed_out, Ended::not_found, Ended::not_started}) {
    Told lines;
    JsonView(lines.write, clock, false).command_end(k_stage, k_step, {.ended = ended});
    CHECK(parsed_json(lines.text)["ended"] == ended_word(ended));
  }
}

TEST_CASE("A name that is not there is null", "[report][json]")
{
  test::FakeClock clock;
  Told lines;
  JsonView view(lines.write, clock, false);
  view.result(ExitCode::usage, false, "");
  CHECK(parsed_json(lines.text)["run"].is_null());
  lines.text.clear();
  view.stage_start({.stage = "verify"}, 1, 1);
  CHECK(parsed_json(lines.text)["change"].is_null());
}

TEST_CASE("Bytes that are not UTF-8 do not break the JSON", "[report][json]")
{
  Told told;
  const test::FakeClock clock;
  JsonView view(told.write, clock);
  told.text.clear();
  view.note("bad \xff byte");
  CHECK_NOTHROW(json::parse(told.text));
}

TEST_CASE("Times and texts are fitted for people", "[report][words]")
{
  CHECK(human(412ms) == "412ms");
  CHECK(human(15s) == "15s");
  CHECK(human(112s) == "1m52s");
  CHECK(human(300s) == "5m");
  CHECK(human(3720s) == "1h02m");
  CHECK(fit("abcdef", 6) == "abcdef");
  CHECK(fit("abcdefg", 6) == "abc...");
  CHECK(fit("äöüäöüä", 6) == "äöü...");
  CHECK(fit("a\nb\tc", 10) == "a b c");
  CHECK(fit("abc", 2).empty());
}

TEST_CASE("What the operator is to do while iplease waits is told at once", "[report]")
{
  const Step step{.id = "metallb/wait-for-play",
                  .action = WaitUntil{
                      .probe = {.argv = {"probe"}}, .pattern = "x", .ask = "run this now: play"}};
  test::FakeClock clock;
  Told plain;
  PlainView(plain.write, clock, {}).command_start(k_stage, step);
  CHECK(plain.text.find("run this now: play\n") != std::string::npos);
  Told live;
  LiveView(live.write, {}, [] { return 40; }).command_start(k_stage, step);
  CHECK(live.text.find("run this now: play\n") != std::string::npos);
  Told lines;
  JsonView(lines.write, clock).command_start(k_stage, step);
  CHECK(lines.text.find(R"("type":"ask","@message":"run this now: play")") != std::string::npos);
}

TEST_CASE("On a terminal every view passes on plain text only", "[report]")
{
  const std::string nasty = "x\x1b]0;t\a\x1b[2J\b\r\x1b[31my\xff\xc2\x9b";
  Told told;
  {
    LiveView view(told.write, {.live = true, .colour = true}, [] { return 80; });
    const StagePlan stage{.stage = "pool", .reason = nasty};
    view.stage_start(stage, 6, 11);
    view.command_start(stage, {.id = "s", .action = Run{.command = {.argv = {nasty}}}});
    view.waiting(k_step, 1s, 60s, nasty);
    view.command_end(stage, k_step, {.exit_code = 1, .err = nasty});
    view.stage_end(stage, {false, 1s});
    view.problem({.id = "IPL-MLB-004", .what = nasty, .saw = nasty});
    view.note(nasty);
  }
  std::string left = told.text;
  for (const std::string ours :
       {"\r\r\x1b[J", "\r\x1b[J", "\x1b[31m✖\x1b[0m", "\x1b[31merror\x1b[0m"}) {
    for (std::size_t at = left.find(ours); at != std::string::npos; at = left.find(ours)) {
      left.erase(at, ours.size());
    }
  }
  INFO(left);
  CHECK(std::ranges::none_of(
      left, [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x20; }));
  CHECK(left.find(R"(x\x08\x0dy\xff\x9b)") != std::string::npos);

  const std::string doctor = doctor_text(
      {{.id = "IPL-MLB-004", .outcome = Outcome::fail, .what = nasty, .saw = nasty, .fix = nasty},
       {.outcome = Outcome::ok, .what = nasty}},
      1s,
      {.style = {.ascii = true}});
  CHECK(std::ranges::none_of(
      doctor, [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x20; }));

  Told lines;
  test::FakeClock clock;
  JsonView events(lines.write, clock);
  events.note(nasty);
  CHECK(lines.text.find("\\u00") == std::string::npos);
  CHECK(lines.text.find(R"(x\\x08\\x0dy\\xff\\x9b)") != std::string::npos);
}
