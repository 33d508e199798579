// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/pager.hpp>

#include <csignal>
#include <cstdio>
#include <string>

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace iplease {

int terminal_height(int fd)
{
  constexpr int usual = 24;
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : usual;
}

bool show_in_pager(const std::string& command, std::string_view text)
{
  // As git does: colours pass, a short text does not stop, nothing is cleared. Ctrl-C goes to the
  // pager.
  const std::string line = "LESS=\"${LESS-FRX}\" LV=\"${LV--c}\"; export LESS LV; " + command;
  struct sigaction ignore {};
  struct sigaction interrupt {};
  struct sigaction pipe {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGINT, &ignore, &interrupt);
  ::sigaction(SIGPIPE, &ignore, &pipe);
  std::FILE* to = ::popen(line.c_str(), "we"); // NOLINT(cert-env33-c): the operator's own $PAGER
  bool shown = to != nullptr;
  if (shown) {
    std::fwrite(text.data(), 1, text.size(), to); // the reader may quit early
    constexpr int not_found = 127;
    const int status = ::pclose(to);
    shown = !WIFEXITED(status) || WEXITSTATUS(status) != not_found;
  }
  ::sigaction(SIGINT, &interrupt, nullptr);
  ::sigaction(SIGPIPE, &pipe, nullptr);
  return shown;
}

} // namespace iplease
