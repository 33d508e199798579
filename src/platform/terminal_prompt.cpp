// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/platform/terminal_prompt.hpp>
#include <iplease/wizard/line_editor.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace iplease {

namespace {

constexpr int k_paste_pause_ms = 40; ///< a line break followed sooner was pasted
constexpr std::size_t k_burst = 65536;

/// Raw mode for its lifetime. Signals that would end iplease wait on a descriptor meanwhile, so
/// that none leaves the terminal without echo.
class RawMode {
public:
  RawMode(int fd, bool redraws, const Write& write)
      : m_fd(fd)
  {
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      ::sigaddset(&ours, number);
    }
    ::sigprocmask(SIG_BLOCK, &ours, &m_mask);
    m_signals = ::signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
    m_known = ::tcgetattr(m_fd, &m_before) == 0;
    if (m_known && redraws) {
      write("\x1b[?2004l"); // a shell may have left bracketed paste on
    }
    enter(TCSAFLUSH);
  }
  ~RawMode()
  {
    leave();
    if (m_signals >= 0) {
      ::close(m_signals);
    }
    ::sigprocmask(SIG_SETMASK, &m_mask, nullptr);
  }
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

  void enter(int how)
  {
    if (!m_known) {
      return;
    }
    termios raw = m_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(m_fd, how, &raw);
  }
  void leave()
  {
    if (m_known) {
      ::tcsetattr(m_fd, TCSADRAIN, &m_before);
    }
  }
  /// Gives the terminal to the shell until iplease is in the foreground again.
  void suspend()
  {
    leave();
    ::kill(0, SIGTSTP);
    enter(TCSAFLUSH);
  }
  [[nodiscard]] int signals() const { return m_signals; }
  /// The signal that arrived, or 0.
  [[nodiscard]] int signal() const
  {
    signalfd_siginfo info{};
    const bool came = ::read(m_signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info);
    return came ? static_cast<int>(info.ssi_signo) : 0;
  }

private:
  int m_fd;
  int m_signals = -1;
  bool m_known = false;
  termios m_before{};
  sigset_t m_mask{};
};

bool readable_within(int fd, int milliseconds)
{
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, milliseconds) > 0;
}

/// What was typed since the last look; empty if the terminal is gone.
std::string read_burst(int fd)
{
  std::string burst;
  std::array<char, 4096> chunk{};
  do {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    burst.append(chunk.data(), static_cast<std::size_t>(got));
    // The bytes of a character belong together, and so do the lines of a paste.
  } while (
      burst.size() < k_burst &&
      readable_within(fd, burst.back() == '\r' || burst.back() == '\n' ? k_paste_pause_ms : 0));
  return burst;
}

} // namespace

TerminalPrompt::TerminalPrompt(int in, int out, Style style)
    : m_in(in),
      m_style(style),
      m_write(writer_to(out))
{
}

Reply TerminalPrompt::ask(std::string_view mark)
{
  LineEditor editor(std::string(mark), m_style.live);
  RawMode raw(m_in, m_style.live, m_write);
  m_write(plain_text(mark));
  for (;;) {
    std::array<pollfd, 2> fds{{{m_in, POLLIN, 0}, {raw.signals(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) {
      return {Reply::Kind::end, {}, 0};
    }
    if ((fds[1].revents & POLLIN) != 0) {
      const int number = raw.signal();
      m_write("\n");
      return {Reply::Kind::interrupt, {}, number};
    }
    if (fds[0].revents == 0) {
      continue;
    }
    const std::string burst = read_burst(m_in);
    if (burst.empty()) {
      return {Reply::Kind::end, {}, 0};
    }
    std::string echo;
    const auto event = editor.feed(burst, static_cast<std::size_t>(columns()), echo);
    m_write(echo);
    if (event == LineEditor::Event::line) {
      return {Reply::Kind::line, editor.text(), 0};
    }
    if (event == LineEditor::Event::end) {
      return {Reply::Kind::end, {}, 0};
    }
    if (event == LineEditor::Event::interrupt) {
      return {Reply::Kind::interrupt, {}, SIGINT};
    }
    if (event == LineEditor::Event::suspend) {
      raw.suspend();
      m_write(editor.line());
    }
  }
}

int terminal_to_ask_on()
{
  if (is_terminal(STDIN_FILENO)) {
    return STDIN_FILENO;
  }
  struct stat input {};
  const bool piped = ::fstat(STDIN_FILENO, &input) == 0 && S_ISFIFO(input.st_mode);
  return piped && is_terminal(STDERR_FILENO) ? ::open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
}

} // namespace iplease
