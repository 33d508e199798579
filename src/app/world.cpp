// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <iplease/core/plain_text.hpp>
#include <iplease/platform/pager.hpp>
#include <iplease/report/screen.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <unistd.h>

namespace iplease {

std::optional<std::string> why_not_new(const std::string& path)
{
  std::error_code error;
  const std::filesystem::file_type type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) {
    return std::nullopt;
  }
  return path +
         (type == std::filesystem::file_type::none ? ": " + error.message() : " is there already");
}

World::World(std::string program)
    : m_program(std::move(program)),
      m_runner(&m_stop),
      m_files(m_clock),
      m_bytes([this, write = writer_to(STDOUT_FILENO, &m_out_failed)](std::string_view text) {
        m_out_used = true;
        if (m_paged) {
          m_page += text;
        } else {
          write(text);
        }
      }),
      m_out([this, write = m_bytes](std::string_view text) {
        const std::string plain = plain_text(text);
        write(m_only_data ? plain : as_shown(plain, STDOUT_FILENO));
      }),
      m_painted(
          [this, write = writer_to(STDERR_FILENO)](std::string_view text) { write(typed(text)); }),
      m_err(plain_writer([this, write = writer_to(STDERR_FILENO)](std::string_view text) {
        write(as_shown(text, STDERR_FILENO));
      }))
{
}

std::string World::as_shown(std::string_view text, int fd) const
{
  const bool terminal = is_terminal(fd);
  const Style style = choose_style(m_wish, process_environment(), terminal);
  return on_screen(
      typed(text),
      {.colour = style.colour, .ascii = style.ascii, .columns = terminal ? terminal_width(fd) : 0});
}

void World::end_page()
{
  m_paged = false;
  const std::string page = std::exchange(m_page, {});
  const auto lines = std::ranges::count(page, '\n');
  const std::string pager =
      process_environment()("PAGER").value_or("command -v less >/dev/null || exit 127; less");
  const bool shown = lines >= terminal_height(STDOUT_FILENO) && !pager.empty() && pager != "cat" &&
                     show_in_pager(pager, page);
  if (!shown) {
    m_bytes(page);
  }
}

void World::document(std::string_view text) const
{
  m_bytes(is_terminal(STDOUT_FILENO) ? plain_text(text) : std::string(text));
}

// The environment belongs to World, although this reads no member.
// NOLINTNEXTLINE(readability-convert-member-functions-to-static)
std::string World::variable(const char* name) const
{
  const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): one thread
  return value == nullptr ? std::string{} : std::string{value};
}

void World::pause_until(std::chrono::steady_clock::time_point then)
{
  for (auto now = m_clock.now(); now < then; now = m_clock.now()) {
    m_runner.poll(std::chrono::ceil<std::chrono::milliseconds>(then - now));
  }
}

void World::refuse(const std::vector<Problem>& problems, const SourceTexts& sources)
{
  m_err(problems_text(problems, sources));
  for (const Problem& problem : problems) {
    if (m_events != nullptr) {
      m_events->problem(problem);
    }
    m_refused.push_back(problem);
  }
}

void World::warn(const std::vector<Problem>& problems, const SourceTexts& sources) const
{
  m_err(problems_text(problems, sources, "warning"));
  for (const Problem& problem : problems) {
    if (m_events != nullptr) {
      m_events->warning(problem);
    }
  }
}

void World::tell_result(const std::string& sentence) const
{
  if (m_events != nullptr) {
    m_events->note(sentence);
  } else {
    m_out(sentence + "\n");
  }
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static)
std::map<std::string, std::string> World::variables(std::string_view beginning) const
{
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::size_t equals = line.find('=');
    if (line.starts_with(beginning) && equals != std::string_view::npos) {
      found.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return found;
}

} // namespace iplease
