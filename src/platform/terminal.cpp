// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/platform/terminal.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace iplease {
namespace {

constexpr int k_usual_width = 80;

bool is_set(const Environment& environment, const char* name)
{
  return !environment(name).value_or("").empty(); // no-color.org: an empty value does not count
}

bool speaks_utf8(const Environment& environment)
{
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) { // the first that is set counts (POSIX)
    std::string value = environment(name).value_or("");
    if (value.empty()) {
      continue;
    }
    std::ranges::transform(
        value, value.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return value.find("UTF-8") != std::string::npos || value.find("UTF8") != std::string::npos;
  }
  return false;
}

} // namespace

Style choose_style(const StyleWish& wish, const Environment& environment, bool terminal)
{
  const bool dumb = environment("TERM").value_or("dumb") == "dumb";
  Style style;
  style.accessible = wish.accessible || is_set(environment, "ACCESSIBLE");
  const bool plain = wish.plain || style.accessible;
  style.live = terminal && !plain && !dumb && !is_set(environment, "CI");
  style.ascii = plain || dumb || !speaks_utf8(environment);
  if (wish.colour != When::automatic) {
    style.colour = wish.colour == When::always;
  } else if (is_set(environment, "NO_COLOR") || plain) {
    style.colour = false;
  } else {
    style.colour = is_set(environment, "FORCE_COLOR") || (terminal && !dumb);
  }
  return style;
}

Environment process_environment()
{
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

bool is_terminal(int fd)
{
  return ::isatty(fd) == 1;
}

bool fill_standard_descriptors()
{
  int fd = 0;
  while (fd >= 0 && fd <= STDERR_FILENO) {
    fd = ::open("/dev/null", O_RDWR); // NOLINT(android-cloexec-open): children inherit 0 to 2
  }
  if (fd > STDERR_FILENO) {
    ::close(fd);
  }
  return fd >= 0;
}

int terminal_width(int fd)
{
  winsize size{};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : k_usual_width;
}

Write writer_to(int fd, int* failed)
{
  return [fd, failed](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd, bytes.data(), bytes.size());
      if (put < 0 && errno == EAGAIN) { // another process made it non-blocking
        pollfd room{fd, POLLOUT, 0};
        ::poll(&room, 1, 1000);
      } else if (put < 0 && errno != EINTR) {
        if (failed != nullptr && *failed == 0) {
          *failed = errno;
        }
        return;
      }
      bytes.remove_prefix(put > 0 ? static_cast<std::size_t>(put) : 0U);
    }
  };
}

Write plain_writer(Write inner)
{
  return [inner = std::move(inner)](std::string_view text) { inner(plain_text(text)); };
}

} // namespace iplease
