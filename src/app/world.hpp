// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/disk_files.hpp>
#include <iplease/platform/http.hpp>
#include <iplease/platform/process.hpp>
#include <iplease/platform/signals.hpp>
#include <iplease/platform/terminal.hpp>

#include <map>
#include <string>
#include <string_view>

namespace iplease {

/// The real doors, made once in run_app and handed on; nothing reaches for them.
class World {
public:
  World();
  [[nodiscard]] Effects effects() { return {m_runner, m_files, m_http, m_clock, m_stop}; }
  [[nodiscard]] Files& files() { return m_files; }
  [[nodiscard]] Clock& clock() { return m_clock; }
  [[nodiscard]] ProcessRunner& runner() { return m_runner; }
  [[nodiscard]] SignalStop& stop() { return m_stop; }

  /// A variable of the environment; empty when it is not set.
  [[nodiscard]] std::string variable(const char* name) const;
  /// Every IPLEASE_* variable.
  [[nodiscard]] std::map<std::string, std::string> iplease_variables() const;
  [[nodiscard]] std::string home() const { return variable("HOME"); }

  /// The result of a command goes to stdout, the talk to stderr; a reader that has gone away
  /// harms neither.
  void out(std::string_view text) const { m_out(text); }
  void err(std::string_view text) const { m_err(text); }
  [[nodiscard]] const Write& out_writer() const { return m_out; }
  [[nodiscard]] const Write& err_writer() const { return m_err; }

private:
  SystemClock m_clock;
  SignalStop m_stop;
  ProcessRunner m_runner;
  DiskFiles m_files;
  CurlHttp m_http;
  Write m_out;
  Write m_err;
};

} // namespace iplease
