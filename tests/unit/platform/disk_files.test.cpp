// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/platform/disk_files.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <support/temp_dir.hpp>

#include <sys/stat.h>
#include <unistd.h>

using namespace iplease;

namespace {

/// Stands in for the clock: it always shows the same second.
class StoppedClock final : public Clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return {}; }
  [[nodiscard]] std::string wall() const override { return "2026-11-23T06:40:00.123Z"; }
};

std::vector<std::string> names(const std::string& directory)
{
  std::vector<std::string> result;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    result.push_back(entry.path().filename().string());
  }
  std::sort(result.begin(), result.end());
  return result;
}

unsigned mode(const std::string& path)
{
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

using Names = std::vector<std::string>;

struct DiskWorld {
  test::TempDir dir{};
  StoppedClock clock{};
  DiskFiles files{clock};
  std::string path = dir / "provider.yaml";

  std::string replace(const std::string& content, const std::string& was = "")
  {
    return files.replace({.path = path, .content = content, .shown = "", .was = was})
        .value_or("done");
  }
};

} // namespace

TEST_CASE("A replaced file is private and its old content is backed up once", "[platform][files]")
{
  DiskWorld world;
  test::spill(world.path, "one");
  REQUIRE(::chmod(world.path.c_str(), 0644) == 0);
  CHECK(world.replace("two") == "done");
  CHECK(test::slurp(world.path) == "two");
  CHECK(mode(world.path) == 0600);
  const std::string backup = world.path + ".backup-20261123T064000Z";
  CHECK(backups_of(world.path) == Names{backup});
  CHECK(test::slurp(backup) == "one");
  CHECK(mode(backup) == 0600);

  CHECK(world.replace("one") == "done");
  CHECK(world.replace("two") == "done");
  CHECK(world.replace("three") == "done");
  CHECK(names(world.dir.path()) == Names{"provider.yaml",
                                         "provider.yaml.backup-20261123T064000Z",
                                         "provider.yaml.backup-20261123T064000Z-2"});
}

TEST_CASE("Equal content is not written again", "[platform][files]")
{
  DiskWorld world;
  test::spill(world.path, "one");
  struct stat before {};
  REQUIRE(::stat(world.path.c_str(), &before) == 0);
  CHECK(world.replace("one") == "done");
  struct stat after {};
  REQUIRE(::stat(world.path.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
  CHECK(names(world.dir.path()) == Names{"provider.yaml"});
}

TEST_CASE("A new file is created without a backup", "[platform][files]")
{
  DiskWorld world;
  CHECK(world.replace("one", "absent") == "done");
  CHECK(test::slurp(world.path) == "one");
  CHECK(mode(world.path) == 0600);
  CHECK(names(world.dir.path()) == Names{"provider.yaml"});
  CHECK(world.replace("two", "absent").find("changed by somebody else") != std::string::npos);
}

TEST_CASE("Symbolic links stay and their target changes", "[platform][files]")
{
  DiskWorld world;
  std::filesystem::create_directory(world.dir / "real");
  test::spill(world.dir / "real/values", "one");
  std::filesystem::create_symlink("real/values", world.path);
  CHECK(world.replace("two") == "done");
  CHECK(std::filesystem::is_symlink(world.path));
  CHECK(test::slurp(world.dir / "real/values") == "two");
  CHECK(names(world.dir / "real") == Names{"values", "values.backup-20261123T064000Z"});

  std::filesystem::remove(world.dir / "real/values");
  CHECK(world.replace("three").find("cannot follow the link") == 0);
}

TEST_CASE("The owner of a file is kept", "[platform][files]")
{
  DiskWorld world;
  test::spill(world.path, "one");
  if (::geteuid() != 0) {
    WARN("not root: another owner cannot be made here");
    return;
  }
  REQUIRE(::chown(world.path.c_str(), 4321, 1234) == 0);
  CHECK(world.replace("two") == "done");
  for (const std::string& path : {world.path, backups_of(world.path).front()}) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK(status.st_uid == 4321);
    CHECK(status.st_gid == 1234);
  }
}

TEST_CASE("A file that vanished or changed since it was read is an error", "[platform][files]")
{
  DiskWorld world;
  CHECK(world.replace("two", sha256_hex("one"))
            .find("it is not there any more; nothing was changed") != std::string::npos);
  CHECK(names(world.dir.path()).empty());
  test::spill(world.path, "other");
  CHECK(world.replace("two", sha256_hex("one")).find("changed by somebody else") !=
        std::string::npos);
  CHECK(test::slurp(world.path) == "other");
  std::filesystem::remove_all(world.dir.path());
  CHECK(world.replace("two").find("No such file or directory") != std::string::npos);
}

TEST_CASE("What cannot be written is told, and the old file stays", "[platform][files]")
{
  DiskWorld world;
  std::filesystem::create_directory(world.path);
  CHECK(world.replace("two").find("not a regular file") != std::string::npos);
  world.path = world.dir / "provider.yaml/";
  CHECK(world.replace("two").find("nothing was changed") != std::string::npos);
  world.path = "/proc/iplease/provider.yaml";
  CHECK(world.replace("two").find("cannot write") == 0);
}

TEST_CASE("Leftovers of killed runs go, those of living ones stay", "[platform][files]")
{
  DiskWorld world;
  test::spill(world.path, "one");
  test::spill(world.dir / ".provider.yaml.iplease-999999999", "half");
  test::spill(world.dir / (".provider.yaml.iplease-" + std::to_string(::getppid())), "busy");
  test::spill(world.dir / ".provider.yaml.iplease-notes", "mine");
  CHECK(world.replace("two") == "done");
  CHECK_FALSE(std::filesystem::exists(world.dir / ".provider.yaml.iplease-999999999"));
  CHECK(names(world.dir.path()).size() == 4);
}

TEST_CASE("Reading tells absent from unreadable", "[platform][files]")
{
  DiskWorld world;
  CHECK(world.files.read(world.path).kind == FileRead::Kind::absent);
  CHECK(world.files.read(world.dir.path()).kind == FileRead::Kind::error);
  test::spill(world.path, std::string("a\0b", 3));
  CHECK(world.files.read(world.path).text == std::string("a\0b", 3));
}

TEST_CASE("What is no regular file, or too long, is refused at once", "[platform][files]")
{
  DiskWorld world;
  REQUIRE(::mkfifo((world.dir / "fifo").c_str(), 0600) == 0);
  const auto why = [&](const std::string& path) {
    const FileRead read = world.files.read(path);
    CHECK(read.kind == FileRead::Kind::error);
    return read.error;
  };
  CHECK(why(world.dir / "fifo") == "it is not a regular file");
  CHECK(why("/dev/zero") == "it is not a regular file");
  CHECK(why("/dev/tty") != "");
  CHECK(why(world.dir.path()) == "Is a directory");
  test::spill(world.dir / "long", "");
  REQUIRE(::truncate((world.dir / "long").c_str(), off_t{2} << 30U) == 0); // 2 GiB, sparse
  CHECK(why(world.dir / "long") == "File too large");
}

TEST_CASE("What a shell hands over is read though it is a pipe", "[platform][files]")
{
  DiskWorld world;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  REQUIRE(::write(ends[1], "a: 1\n", 5) == 5);
  ::close(ends[1]);
  CHECK(world.files.read("/dev/fd/" + std::to_string(ends[0])).text == "a: 1\n");
  ::close(ends[0]);
}
