// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>

namespace iplease {

std::string shell_quote(std::string_view word)
{
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "_-./:=@%+,";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& argv)
{
  std::string line;
  for (const std::string& word : argv) {
    if (!line.empty()) {
      line += ' ';
    }
    line += shell_quote(word);
  }
  return line;
}

const char* ended_word(Ended ended)
{
  switch (ended) {
  case Ended::exited:
    return "exited";
  case Ended::signalled:
    return "signalled";
  case Ended::timed_out:
    return "timed_out";
  case Ended::not_found:
    return "not_found";
  case Ended::not_started:
    return "not_started";
  }
  return "";
}

} // namespace iplease
