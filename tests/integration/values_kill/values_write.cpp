// SPDX-License-Identifier: Apache-2.0
// `values_write FILE` is `iplease values FILE --write` without the rest of the program, so that its
// trace has few system calls besides those of the write.
#include <iplease/cli/values_command.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/disk_files.hpp>

#include <cstdio>

using namespace iplease;

int main(int argc, char** argv)
{
  if (argc != 2) {
    return 2;
  }
  SystemClock clock;
  DiskFiles files(clock);
  std::string out;
  std::string err;
  const ExitCode code = values_command({.file = argv[1], .write = true}, files, out, err);
  std::fputs(out.c_str(), stdout);
  std::fputs(err.c_str(), stderr);
  return static_cast<int>(code);
}
