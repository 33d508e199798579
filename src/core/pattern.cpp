// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/pattern.hpp>

#include <array>
#include <memory>
#include <stdexcept>

#include <regex.h>

namespace iplease {

std::optional<std::vector<std::string>> search_pattern(const std::string& pattern,
                                                       const std::string& text)
{
  // REG_NEWLINE: ^ and $ match at lines, and `.` does not cross a line.
  regex_t compiled;
  if (::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NEWLINE) != 0) {
    throw std::logic_error("bad pattern: " + pattern);
  }
  const std::unique_ptr<regex_t, void (*)(regex_t*)> owner(&compiled, ::regfree);
  std::array<regmatch_t, 10> groups{};
  if (::regexec(&compiled, text.c_str(), groups.size(), groups.data(), 0) != 0) {
    return std::nullopt;
  }
  std::vector<std::string> found;
  for (const regmatch_t& group : groups) {
    if (group.rm_so < 0) {
      break;
    }
    found.push_back(text.substr(static_cast<std::size_t>(group.rm_so),
                                static_cast<std::size_t>(group.rm_eo - group.rm_so)));
  }
  return found;
}

} // namespace iplease
