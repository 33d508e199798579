// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/options.hpp>
#include <iplease/cluster/masked_runner.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/disk_files.hpp>
#include <iplease/platform/http.hpp>
#include <iplease/platform/process.hpp>
#include <iplease/platform/signals.hpp>
#include <iplease/platform/terminal.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/problem_text.hpp>

#include <cerrno>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Standard error, for messages.
inline constexpr int k_talk = 2;

/// Why no new file can have that name: it exists, or that is unknown. Opens nothing, because a pipe
/// would wait for its other end.
[[nodiscard]] std::optional<std::string> why_not_new(const std::string& path);

/// The real effects, made once in run_app and passed on; there is no global access.
class World {
public:
  /// `program` is how iplease was called: "iplease" or "kubectl iplease". Messages show commands
  /// under that name; documents and JSON do not change.
  explicit World(std::string program);
  World(const World&) = delete; // m_bytes holds its address
  World& operator=(const World&) = delete;
  ~World() = default;
  [[nodiscard]] Effects effects() { return {m_masked, m_files, m_http, m_clock, m_stop}; }
  [[nodiscard]] Files& files() { return m_files; }
  [[nodiscard]] Clock& clock() { return m_clock; }
  [[nodiscard]] ProcessRunner& runner() { return m_runner; }
  /// Masks these secrets in all child output from now on.
  void keep_secret(const std::vector<Secret>& secrets) { m_masker.learn(secrets); }
  [[nodiscard]] const Masker& masker() const { return m_masker; }
  /// Also stores the answers of children there from now on; null stops that.
  void keep_answers(std::vector<Answered>* answers) { m_masked.keep(answers); }
  [[nodiscard]] SignalStop& stop() { return m_stop; }

  /// Blocks until `then`. A signal keeps its usual effect: it ends the program, or goes to stop().
  void pause_until(std::chrono::steady_clock::time_point then);

  /// An environment variable; empty if unset.
  [[nodiscard]] std::string variable(const char* name) const;
  /// All variables whose name starts with `beginning`.
  [[nodiscard]] std::map<std::string, std::string> variables(std::string_view beginning) const;
  [[nodiscard]] std::string home() const { return variable("HOME"); }

  /// `out` writes a command's result to stdout, `err` messages to stderr; both only plain text. A
  /// closed reader is not an error.
  void out(std::string_view text) const { m_out(text); }
  /// Sets how text looks from now on; flags, environment and destination decide together.
  void show_as(const StyleWish& wish) { m_wish = wish; }
  /// Collects the result. end_page() shows it, in the operator's pager if it is longer than the
  /// terminal is high.
  void begin_page() { m_paged = true; }
  void end_page();
  /// From now on `out` gets JSON, a page or a script, in which no command name is replaced.
  void only_data() { m_only_data = true; }
  /// Writes a result byte for byte (a file, a script), except to a terminal.
  void document(std::string_view text) const;
  /// Formats plain text for a descriptor: colours, ASCII, line wrapping.
  [[nodiscard]] std::string as_shown(std::string_view text, int fd) const;
  [[nodiscard]] std::string typed(std::string_view text) const { return as_typed(text, m_program); }
  [[nodiscard]] const std::string& program() const { return m_program; }
  /// Reports problems on stderr and as `diagnostic` events; `refused` keeps them.
  void refuse(const std::vector<Problem>& problems, const SourceTexts& sources = {});
  /// Reports problems that do not stop the run, and `warning` events.
  void warn(const std::vector<Problem>& problems, const SourceTexts& sources) const;
  [[nodiscard]] const std::vector<Problem>& refused() const { return m_refused; }
  /// Whether anything was written to stdout.
  [[nodiscard]] bool has_result() const { return m_out_used; }
  void err(std::string_view text) const { m_err(text); }
  [[nodiscard]] const Write& out_writer() const { return m_out; }
  /// The errno of a result that was not written whole; 0: none, or the reader closed.
  [[nodiscard]] int result_lost() const
  {
    return m_out_failed == EPIPE || m_out_failed == EBADF ? 0 : m_out_failed;
  }
  [[nodiscard]] const Write& err_writer() const { return m_err; }
  /// For code that draws on the terminal and filters its own text.
  [[nodiscard]] const Write& painted_err_writer() const { return m_painted; }

  /// The event stream of the whole command with `-o json`; null without.
  [[nodiscard]] JsonView* events() const { return m_events; }
  void stream(JsonView* events) { m_events = events; }
  /// The final sentence of a command, on stdout or as an event.
  void tell_result(const std::string& sentence) const;
  /// What the stream's last line contains besides the exit code.
  struct RunNote {
    bool changed = false;
    std::string run{};
  };
  void note_run(RunNote note) { m_note = std::move(note); }
  [[nodiscard]] const RunNote& run_note() const { return m_note; }

private:
  std::string m_program;
  StyleWish m_wish{};
  bool m_paged = false;
  std::string m_page{}; ///< must precede m_bytes, which adds to it
  bool m_only_data = false;
  JsonView* m_events = nullptr; ///< not owned
  RunNote m_note{};
  std::vector<Problem> m_refused{};
  SystemClock m_clock;
  SignalStop m_stop;
  ProcessRunner m_runner;
  Masker m_masker{};
  MaskedRunner m_masked{m_runner, m_masker};
  DiskFiles m_files;
  CurlHttp m_http;
  int m_out_failed = 0; ///< errno; must precede m_bytes, which writes to it
  bool m_out_used = false;
  Write m_bytes; ///< stdout, unfiltered
  Write m_out;
  Write m_painted; ///< stderr, unfiltered
  Write m_err;
};

} // namespace iplease
