// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/answer.hpp>

namespace iplease::facts {

std::string to_text(const std::vector<Evidence>& evidence)
{
  std::string text;
  const std::string* last = nullptr;
  for (const Evidence& one : evidence) {
    if (!one.command.empty() && (last == nullptr || *last != one.command)) {
      text += (text.empty() ? "$ " : "\n$ ") + one.command;
      last = &one.command;
    }
    if (!one.field.empty()) {
      text += (text.empty() ? "" : "\n") + one.field;
    }
  }
  return text;
}

std::string why_unseen(Look look, std::string_view said)
{
  std::string why = look == Look::not_looked    ? "it was not looked at"
                    : look == Look::forbidden   ? "it may not be read"
                    : look == Look::unreachable ? "the API server did not answer"
                    : look == Look::absent      ? "it is not there"
                                                : "the answer could not be read";
  if (!said.empty()) {
    why += ": ";
    why += said;
  }
  return why;
}

} // namespace iplease::facts
