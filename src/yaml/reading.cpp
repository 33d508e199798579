// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

namespace iplease {

std::vector<Problem> YamlReading::problems(const std::string& file) const
{
  const auto* found = std::get_if<std::vector<Problem>>(&located);
  std::vector<Problem> named = found == nullptr ? std::vector<Problem>{} : *found;
  for (Problem& problem : named) {
    problem.place.file = file;
  }
  return named;
}

YamlReading reading_of(const Secret& text)
{
  return {.located = locate_yaml(text.reveal(), "")};
}

} // namespace iplease
