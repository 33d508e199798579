// SPDX-License-Identifier: Apache-2.0
// Who can change what iplease trusts: the state directory and its files.
#include <iplease/core/error.hpp>
#include <iplease/platform/state_files.hpp>

#include <catch2/catch.hpp>

#include <support/temp_dir.hpp>

#include <sys/stat.h>
#include <unistd.h>

using namespace iplease;

namespace {

constexpr uid_t k_other = 65534;

template <typename F> std::string refusal(F act)
{
  try {
    act();
  } catch (const EnvironmentError& error) {
    CHECK(error.problem().exit == ExitCode::cannot_write);
    return error.problem().id + " " + error.problem().what;
  }
  return "";
}

std::string safe(const std::string& path, const std::string& home = "")
{
  return refusal([&] { require_safe_directory(path, home); });
}

/// Whether `text` begins with the id and ends with the path and the reason.
bool says(const std::string& text, const std::string& path, const std::string& why)
{
  return text.starts_with("IPL-RUN-075 ") && text.ends_with(path + " " + why);
}

} // namespace

TEST_CASE("A state directory that others can write is refused", "[platform][state]")
{
  const test::TempDir dir;
  make_private_directory(dir / "state/iplease/uid");
  CHECK(safe(dir / "state/iplease/uid").empty());
  CHECK(safe(dir / "state/iplease/none/yet").empty()); // the existing parents count
  const std::string part = GENERATE("state", "state/iplease", "state/iplease/uid");
  ::chmod((dir / part).c_str(), 0777);
  CHECK(says(safe(dir / "state/iplease/uid"), dir / part, "can be written by everybody"));
  ::chmod((dir / part).c_str(), 0755);
  CHECK(safe(dir / "state/iplease/uid").empty());
  ::chmod((dir / part).c_str(), 01777);
  // In a sticky directory such as /tmp nobody can replace our files, but anybody can add some.
  CHECK(safe(dir / "state/iplease/uid").empty() == (part != "state/iplease/uid"));
}

TEST_CASE("What is above the home folder is not ours to judge", "[platform][state]")
{
  const test::TempDir dir;
  make_private_directory(dir / "world/home/.local/state/iplease");
  ::chmod((dir / "world").c_str(), 0777);
  CHECK(safe(dir / "world/home/.local/state/iplease", dir / "world/home").empty());
  CHECK(says(
      safe(dir / "world/home/.local/state/iplease"), dir / "world", "can be written by everybody"));
  ::symlink((dir / "world/home").c_str(), (dir / "link").c_str());
  CHECK(
      says(safe(dir / "link/.local/state/iplease"), dir / "world", "can be written by everybody"));
}

TEST_CASE("A state directory or file of another user is refused", "[platform][state]")
{
  if (::geteuid() != 0) {
    WARN("only root can give a file away");
    return;
  }
  const test::TempDir dir;
  make_private_directory(dir / "state/iplease/uid");
  write_private_file(dir / "state/iplease/uid/file", "x");
  REQUIRE(::chown((dir / "state/iplease/uid/file").c_str(), k_other, 0) == 0);
  CHECK(says(refusal([&] { (void)read_private_file(dir / "state/iplease/uid/file"); }),
             dir / "state/iplease/uid/file",
             "belongs to user 65534"));
  REQUIRE(::chown((dir / "state").c_str(), k_other, 0) == 0);
  CHECK(says(safe(dir / "state/iplease/uid"), dir / "state", "belongs to user 65534"));
  REQUIRE(::chown((dir / "state").c_str(), 0, k_other) == 0);
  CHECK(safe(dir / "state/iplease/uid").empty());
  ::chmod((dir / "state").c_str(), 0775);
  CHECK(says(safe(dir / "state/iplease/uid"), dir / "state", "can be written by group 65534"));
}

TEST_CASE("A journal that others can write, or that is no file, is refused at once",
          "[platform][state]")
{
  const test::TempDir dir;
  write_private_file(dir / "file", "x");
  ::chmod((dir / "file").c_str(), 0606);
  CHECK(says(refusal([&] { (void)read_private_file(dir / "file"); }),
             dir / "file",
             "can be written by everybody"));
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  CHECK(refusal([&] { (void)read_private_file(dir / "fifo"); }) ==
        "IPL-RUN-076 " + dir / "fifo" + " is not a regular file");
  CHECK(refusal([&] { (void)read_private_file("/dev/zero"); }) ==
        "IPL-RUN-076 /dev/zero is not a regular file");
  CHECK(refusal([&] { (void)read_private_file(dir.path()); }).starts_with("IPL-RUN-076 "));
  REQUIRE(::truncate((dir / "file").c_str(), off_t{2} << 30U) == 0); // 2 GiB, sparse
  ::chmod((dir / "file").c_str(), 0600);
  CHECK(refusal([&] { (void)read_private_file(dir / "file"); }).starts_with("IPL-RUN-002 "));
}
