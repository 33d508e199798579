// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace iplease {

/// A place in an input file, 1-based; line 0 means that no place is known.
struct Place {
  std::string file{};
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

/// One thing that is wrong with what the operator gave or with what was found. The shape of
/// every error: a permanent id (`IPL-<AREA>-<NNN>`, see docs/errors), what, why, what to do.
struct Problem {
  std::string id{};    ///< permanent id; the catalogue knows cause and cure
  std::string what{};  ///< one sentence, no trailing full stop
  std::string saw{};   ///< evidence: the read-only command and the part that decided; may be empty
  std::string cause{}; ///< may be empty: then the catalogue's
  std::string fix{};   ///< what to do next, commands where possible; empty: the catalogue's
  Place place{};
  ExitCode exit = ExitCode::failed;
  bool operator==(const Problem&) const = default;
};

/// Thrown on purpose, and only at the border, for input that cannot be used (exit 2, 3 or 7).
class UsageError : public std::runtime_error {
public:
  explicit UsageError(std::vector<Problem> problems)
      : std::runtime_error(problems.empty() ? "usage error" : problems.front().what),
        m_problems(std::move(problems))
  {
  }
  [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return m_problems; }

private:
  std::vector<Problem> m_problems;
};

/// Thrown on purpose for an environment that does not let us work: no tool, no disk, no lock.
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
