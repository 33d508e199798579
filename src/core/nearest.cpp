// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/nearest.hpp>

#include <algorithm>

namespace iplease {

namespace {

std::string lower(std::string_view text)
{
  std::string small(text);
  for (char& c : small) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return small;
}

} // namespace

std::size_t edit_distance(std::string_view one, std::string_view other)
{
  const std::string a = lower(one);
  const std::string b = lower(other);
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates)
{
  if (word.empty() || word.size() > 100) {
    return {};
  }
  std::string best;
  // At least two thirds of the word must match: `foo` does not suggest `pool`.
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    } else if (best.empty() && word.size() >= 3 && candidate.starts_with(word)) {
      best = candidate; // the start of a longer word; anything nearer replaces it
    }
  }
  return best;
}

} // namespace iplease
