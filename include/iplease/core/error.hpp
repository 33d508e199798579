// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>

#include <stdexcept>
#include <string>

namespace iplease {

/// A place in an input file, 1-based; line 0: unknown.
struct Place {
  std::string file{};
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

/// One thing wrong with the operator's input or with what was found. Every error has this shape: a
/// permanent id (`IPL-<AREA>-<NNN>`, see docs/errors.md), what, why, and what to do.
struct Problem {
  std::string id{};    ///< the catalogue has its cause and fix
  std::string what{};  ///< one sentence, no trailing full stop
  std::string saw{};   ///< the read-only command and the output that decided; may be empty
  std::string cause{}; ///< empty: the catalogue's
  std::string fix{};   ///< what to do next, with commands; empty: the catalogue's
  Place place{};
  ExitCode exit = ExitCode::failed;
  bool operator==(const Problem&) const = default;
};

/// Thrown if the environment prevents the work: no tool, no disk space, no lock.
class EnvironmentError : public std::runtime_error {
public:
  explicit EnvironmentError(Problem problem)
      : std::runtime_error(problem.what),
        m_problem(std::move(problem))
  {
  }
  [[nodiscard]] const Problem& problem() const noexcept { return m_problem; }

private:
  Problem m_problem;
};

} // namespace iplease
