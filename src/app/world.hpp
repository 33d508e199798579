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

/// Standard error, where talk goes.
inline constexpr int k_talk = 2;

/// Why no new file can have that name: something is there, or it cannot be told. Nothing is opened,
/// for a pipe would wait for its other end.
[[nodiscard]] std::optional<std::string> why_not_new(const std::string& path);

/// The real doors, made once in run_app and handed on; nothing reaches for them.
class World {
public:
  /// `program` is how people call us: "iplease" or "kubectl iplease". Every command of ours in the
  /// words that go out is told by that name; documents and JSON are as they are.
  explicit World(std::string program);
  World(const World&) = delete; // m_bytes knows where it is
  World& operator=(const World&) = delete;
  ~World() = default;
  [[nodiscard]] Effects effects() { return {m_masked, m_files, m_http, m_clock, m_stop}; }
  [[nodiscard]] Files& files() { return m_files; }
  [[nodiscard]] Clock& clock() { return m_clock; }
  [[nodiscard]] ProcessRunner& runner() { return m_runner; }
  /// What is secret from here on, in all that a child says.
  void keep_secret(const std::vector<Secret>& secrets) { m_masker.learn(secrets); }
  [[nodiscard]] const Masker& masker() const { return m_masker; }
  /// What children answer from here on goes there too; null: no longer.
  void keep_answers(std::vector<Answered>* answers) { m_masked.keep(answers); }
  [[nodiscard]] SignalStop& stop() { return m_stop; }

  /// Does nothing until then; a signal ends the program, or is kept for stop(), as ever.
  void pause_until(std::chrono::steady_clock::time_point then);

  /// A variable of the environment; empty when it is not set.
  [[nodiscard]] std::string variable(const char* name) const;
  /// Every variable whose name begins so.
  [[nodiscard]] std::map<std::string, std::string> variables(std::string_view beginning) const;
  [[nodiscard]] std::string home() const { return variable("HOME"); }

  /// The result of a command goes to stdout, the talk to stderr; a reader that has gone away
  /// harms neither. Both get plain text only.
  void out(std::string_view text) const { m_out(text); }
  /// How words of ours are shown from here on: by the flags, the environment and where they go.
  void show_as(const StyleWish& wish) { m_wish = wish; }
  /// The result is kept, and end_page() shows it with the operator's pager where it is longer than
  /// the terminal is high.
  void begin_page() { m_paged = true; }
  void end_page();
  /// From here on `out` gets JSON, a page or a script, in which no name is changed.
  void only_data() { m_only_data = true; }
  /// A result whose bytes count (a file, a script): as it is, but for a terminal.
  void document(std::string_view text) const;
  /// Plain words as they are shown on a descriptor: colours, ASCII, breaks between words.
  [[nodiscard]] std::string as_shown(std::string_view text, int fd) const;
  [[nodiscard]] std::string typed(std::string_view text) const { return as_typed(text, m_program); }
  [[nodiscard]] const std::string& program() const { return m_program; }
  /// Problems in words on stderr; beside them as `diagnostic` events, or kept for `refused`.
  void refuse(const std::vector<Problem>& problems, const SourceTexts& sources = {});
  /// The same for what does not stop: as `warning` events.
  void warn(const std::vector<Problem>& problems, const SourceTexts& sources) const;
  [[nodiscard]] const std::vector<Problem>& refused() const { return m_refused; }
  /// Whether anything went to stdout.
  [[nodiscard]] bool has_result() const { return m_out_used; }
  void err(std::string_view text) const { m_err(text); }
  [[nodiscard]] const Write& out_writer() const { return m_out; }
  /// The errno of a result that could not be written whole. A reader that went away is none.
  [[nodiscard]] int result_lost() const
  {
    return m_out_failed == EPIPE || m_out_failed == EBADF ? 0 : m_out_failed;
  }
  [[nodiscard]] const Write& err_writer() const { return m_err; }
  /// For who draws on the terminal and lets through nothing but plain text by itself.
  [[nodiscard]] const Write& painted_err_writer() const { return m_painted; }

  /// With `-o json` the event stream of the whole command, from its first line to its last.
  [[nodiscard]] JsonView* events() const { return m_events; }
  void stream(JsonView* events) { m_events = events; }
  /// The one sentence that a command ends in: on stdout, or as an event.
  void tell_result(const std::string& sentence) const;
  /// What the last line of the stream says beside the exit code.
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
  std::string m_page{}; ///< before m_bytes, which adds to it
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
  int m_out_failed = 0; ///< errno; before m_bytes, which writes to it
  bool m_out_used = false;
  Write m_bytes; ///< stdout without a filter
  Write m_out;
  Write m_painted; ///< stderr without a filter
  Write m_err;
};

} // namespace iplease
