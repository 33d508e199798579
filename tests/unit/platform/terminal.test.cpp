// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/process.hpp>
#include <iplease/platform/terminal.hpp>

#include <catch2/catch.hpp>

#include <cerrno>
#include <map>
#include <support/temp_dir.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iplease;

namespace {

Environment environment(std::map<std::string, std::string> values)
{
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

const std::map<std::string, std::string> k_usual = {{"TERM", "xterm-256color"},
                                                    {"LANG", "en_US.UTF-8"}};

std::map<std::string, std::string> with(const std::string& name, const std::string& value)
{
  auto values = k_usual;
  values[name] = value;
  return values;
}

} // namespace

TEST_CASE("The looks follow flags, environment and terminal", "[platform][terminal]")
{
  CHECK(choose_style({}, environment(k_usual), true) == Style{.live = true, .colour = true});
  CHECK(choose_style({}, environment(k_usual), false) == Style{});
  CHECK(choose_style({}, environment(with("NO_COLOR", "1")), true) == Style{.live = true});
  CHECK(choose_style({}, environment(with("NO_COLOR", "")), true) ==
        Style{.live = true, .colour = true});
  CHECK(choose_style({}, environment(with("FORCE_COLOR", "1")), false) == Style{.colour = true});
  CHECK(choose_style({}, environment(with("TERM", "dumb")), true) == Style{.ascii = true});
  CHECK(choose_style({}, environment({{"LANG", "en_US.UTF-8"}}), true) == Style{.ascii = true});
  CHECK(choose_style({}, environment(with("LC_ALL", "C")), true) ==
        Style{.live = true, .colour = true, .ascii = true});
  CHECK(choose_style({}, environment(with("CI", "true")), true) == Style{.colour = true});
  CHECK(choose_style({.plain = true}, environment(k_usual), true) == Style{.ascii = true});
  CHECK(choose_style({}, environment(with("ACCESSIBLE", "1")), true) ==
        Style{.ascii = true, .accessible = true});
  CHECK(choose_style({.colour = When::always}, environment(with("NO_COLOR", "1")), false) ==
        Style{.colour = true});
  CHECK(choose_style({.colour = When::never}, environment(k_usual), true) == Style{.live = true});
}

TEST_CASE("A writer tells that a disk is full", "[platform][terminal]")
{
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  int failed = 0;
  writer_to(full, &failed)("one");
  CHECK(failed == ENOSPC);
  ::close(full);
}

TEST_CASE("A reader that has gone away harms nothing", "[platform][terminal]")
{
  const ProcessRunner runner; // ignores SIGPIPE while it lives
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Write write = writer_to(ends[1]);
  write("one");
  std::array<char, 8> got{};
  CHECK(::read(ends[0], got.data(), got.size()) == 3);
  ::close(ends[0]);
  write("two");
  ::close(ends[1]);
  write("three");
  CHECK(terminal_width(ends[1]) == 80);
  CHECK_FALSE(is_terminal(ends[1]));
}

TEST_CASE("Only plain text goes through the way out for text", "[platform][terminal]")
{
  std::string told;
  plain_writer([&](std::string_view text) { told += text; })("a\x1b[31mb\a\xff\n");
  CHECK(told == "ab\\x07\\xff\n");
}

TEST_CASE("A closed standard descriptor is filled before a file gets its number",
          "[platform][terminal]")
{
  const test::TempDir dir;
  const int closed = GENERATE(0, 1, 2);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(closed);
    const bool filled = fill_standard_descriptors();
    const int file = ::open((dir / "journal").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const bool writes = closed == 0 || ::write(closed, "talk", 4) == 4;
    ::_exit(filled && file > 2 && writes ? 0 : 1);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  CHECK(status == 0);
  CHECK(test::slurp(dir / "journal").empty());
}
