// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/step.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One started process. The destructor kills the group of a running one and reaps it.
class Job {
public:
  virtual ~Job() = default;
  [[nodiscard]] virtual bool done() const = 0;
  /// Valid once done().
  [[nodiscard]] virtual const CommandResult& result() const = 0;
  /// Sends a signal to the process group.
  virtual void signal(int number) = 0;
  /// Standard output so far (bounded like the result); grows in poll().
  [[nodiscard]] virtual std::string_view so_far() const { return {}; }
};

/// Interface to other programs. Single-threaded: progress happens inside poll().
class Runner {
public:
  virtual ~Runner() = default;
  [[nodiscard]] virtual std::unique_ptr<Job> start(const Command& command) = 0;
  /// Advances all jobs. Returns after an event, a signal, or `limit` ms.
  virtual void poll(std::chrono::milliseconds limit) = 0;
};

struct FileRead {
  enum class Kind { ok, absent, error } kind = Kind::absent;
  std::string text{};
  std::string error{};
};

struct FolderRead {
  enum class Kind { ok, absent, error } kind = Kind::absent; ///< a file at the path is an error
  std::vector<std::string> files{};   ///< names of everything but folders, sorted
  std::vector<std::string> folders{}; ///< names, sorted; links are followed
  std::string error{};
};

/// Interface to files.
class Files {
public:
  virtual ~Files() = default;
  [[nodiscard]] virtual FileRead read(const std::string& path) = 0;
  /// Lists a folder, including hidden names.
  [[nodiscard]] virtual FolderRead list(const std::string& /*folder*/) { return {}; }
  /// Backs up the old content (once per distinct content), then replaces the file: temporary file,
  /// fsync, rename. Mode 0600, owner kept, symlinks followed. Returns an error text or nothing.
  [[nodiscard]] virtual std::optional<std::string> replace(const FileWrite& file) = 0;
};

struct HttpAnswer {
  int status = 0; ///< 0: no answer
  std::string body{};
  std::string error{}; ///< error text from curl
};

/// Interface to HTTP: only GET, no redirects to another host, bounded body.
class Http {
public:
  virtual ~Http() = default;
  [[nodiscard]] virtual HttpAnswer
  get(const std::string& url, std::chrono::seconds timeout, bool verify_tls) = 0;
};

/// Interface to time.
class Clock {
public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  /// RFC 3339 in UTC, with milliseconds.
  [[nodiscard]] virtual std::string wall() const = 0;
};

/// How often the operator asked to stop: 0 never, 1 finish the running command, 2 interrupt it, 3
/// kill it.
class StopFlag {
public:
  virtual ~StopFlag() = default;
  [[nodiscard]] virtual int level() const = 0;
  /// The last signal; 0: none. Decides between exit 130 and 143.
  [[nodiscard]] virtual int signal_number() const { return 0; }
};

struct Effects {
  Runner& runner;
  Files& files;
  Http& http;
  Clock& clock;
  StopFlag& stop;
};

/// Runs one command to its end. If `stop` reaches level 2, interrupts it; at level 3, kills it.
[[nodiscard]] CommandResult
run(Runner& runner, const Command& command, const StopFlag* stop = nullptr);
/// Runs many commands, at most `width` at a time; results are in the order of the commands.
[[nodiscard]] std::vector<CommandResult>
run_all(Runner& runner, const std::vector<Command>& commands, std::size_t width = 2);
/// Which commands to add, now that command number `index` has answered.
using RunNext = std::function<std::vector<Command>(std::size_t index, const CommandResult& result)>;
/// The same, but each answer may append commands (and so results). A second batch need not wait for
/// the whole first one.
[[nodiscard]] std::vector<CommandResult>
run_all(Runner& runner, std::vector<Command> commands, std::size_t width, const RunNext& next);

} // namespace iplease
