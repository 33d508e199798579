// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/stage_line.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace iplease {

namespace {

/// Whether the API server itself refused the one object that was sent.
bool server_refused(const Run& run, const CommandResult& result)
{
  constexpr std::array<std::string_view, 5> verbs{"apply", "create", "patch", "replace", "delete"};
  const bool kubectl = std::ranges::any_of(run.command.argv, [&](const std::string& word) {
    return std::ranges::find(verbs, word) != verbs.end();
  });
  const bool said = ("\n" + result.err).find("\nError from server (") != std::string::npos &&
                    result.err.find("(Timeout)") == std::string::npos;
  return kubectl && said && result.ended == Ended::exited && result.exit_code != 0 &&
         run.command.input.find("\n---\n") == std::string::npos;
}

} // namespace

void StageLine::start(const StagePlan& stage, int number, int of)
{
  *this = StageLine{};
  m_stage = stage.stage;
  m_number = number;
  m_of = of;
}

void StageLine::begun(const Step& step)
{
  m_under_way = writes(step);
}

void StageLine::ended(const Step& step, const CommandResult& result)
{
  m_under_way = false;
  if (!writes(step) || result.ended == Ended::not_found || result.ended == Ended::not_started) {
    return;
  }
  const auto* run = std::get_if<Run>(&step.action);
  const bool refused = run == nullptr ? !result.ok() : server_refused(*run, result);
  m_changed = m_changed || !refused;
}

std::string StageLine::text() const
{
  if (m_stage.empty()) {
    return {};
  }
  std::string text = fmt::format("{} ({} of {})", m_stage, m_number, m_of);
  if (m_number == 2) {
    text += "; stage 1 is done";
  } else if (m_number > 2) {
    text += fmt::format("; stages 1 to {} are done", m_number - 1);
  }
  if (!m_changed && !m_under_way) {
    text += m_number > 1 ? ", this one changed nothing" : "; it changed nothing";
  }
  return text;
}

} // namespace iplease
