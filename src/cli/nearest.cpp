// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>

#include <algorithm>
#include <numeric>

namespace iplease {

namespace {

std::size_t edits(const std::string& one, const std::string& other)
{
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t same = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, same});
    }
  }
  return row.back();
}

} // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& names)
{
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t distance = edits(word, name);
    const bool begins = word.size() >= 3 && name.starts_with(word);
    if (distance < least || (begins && best.empty())) {
      least = std::min(distance, least);
      best = name;
    }
  }
  return best;
}

} // namespace iplease
