// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/diff.hpp>

#include "unified.hpp"
#include <algorithm>

namespace iplease {
namespace {

constexpr std::size_t k_context = 3;
constexpr std::ptrdiff_t k_largest_script = 2000;

/// Myers' greedy algorithm for the part between common head and tail. Keeps the furthest points of
/// every round to walk back along.
class Myers {
public:
  Myers(const std::vector<std::string_view>& a,
        const std::vector<std::string_view>& b,
        std::size_t head,
        std::size_t tail)
      : m_a(a),
        m_b(b),
        m_head(head),
        m_n(static_cast<std::ptrdiff_t>(a.size() - head - tail)),
        m_m(static_cast<std::ptrdiff_t>(b.size() - head - tail))
  {
  }

  /// Signs of the middle part, in order.
  std::vector<char> script()
  {
    const std::ptrdiff_t limit = std::min(m_n + m_m, k_largest_script);
    std::vector<std::ptrdiff_t> furthest(static_cast<std::size_t>(2 * limit + 3), 0);
    const auto at = [&](std::vector<std::ptrdiff_t>& points, std::ptrdiff_t k) -> std::ptrdiff_t& {
      return points[static_cast<std::size_t>(k + limit + 1)];
    };
    std::vector<std::vector<std::ptrdiff_t>> rounds;
    for (std::ptrdiff_t d = 0; d <= limit; ++d) {
      // Only diagonals -d..d matter in round d; storing no more bounds the memory.
      rounds.emplace_back(furthest.begin() + (limit + 1 - d - 1),
                          furthest.begin() + (limit + 1 + d + 2));
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
        std::ptrdiff_t x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
        while (x < m_n && x - k < m_m && x - k >= 0 && same(x, x - k)) {
          ++x;
        }
        at(furthest, k) = x;
        if (x >= m_n && x - k >= m_m) {
          return walk_back(rounds, d);
        }
      }
    }
    std::vector<char> all(static_cast<std::size_t>(m_n), '-');
    all.insert(all.end(), static_cast<std::size_t>(m_m), '+');
    return all;
  }

private:
  [[nodiscard]] bool same(std::ptrdiff_t x, std::ptrdiff_t y) const
  {
    return m_a[m_head + static_cast<std::size_t>(x)] == m_b[m_head + static_cast<std::size_t>(y)];
  }

  [[nodiscard]] std::vector<char> walk_back(const std::vector<std::vector<std::ptrdiff_t>>& rounds,
                                            std::ptrdiff_t last) const
  {
    std::vector<char> signs;
    std::ptrdiff_t x = m_n;
    std::ptrdiff_t y = m_m;
    for (std::ptrdiff_t d = last; d > 0; --d) {
      const auto& points = rounds[static_cast<std::size_t>(d)];
      const auto at = [&](std::ptrdiff_t k) { return points[static_cast<std::size_t>(k + d + 1)]; };
      const std::ptrdiff_t k = x - y;
      const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      const std::ptrdiff_t before = down ? at(k + 1) : at(k - 1) + 1;
      for (; x > before; --x, --y) {
        signs.push_back(' ');
      }
      signs.push_back(down ? '+' : '-');
      (down ? y : x) -= 1;
    }
    for (; x > 0; --x) {
      signs.push_back(' ');
    }
    std::reverse(signs.begin(), signs.end());
    return signs;
  }

  const std::vector<std::string_view>& m_a;
  const std::vector<std::string_view>& m_b;
  std::size_t m_head;
  std::ptrdiff_t m_n;
  std::ptrdiff_t m_m;
};

std::string range(std::size_t first, std::size_t count)
{
  const std::string start = std::to_string(count == 0 ? first : first + 1);
  return count == 1 ? start : start + "," + std::to_string(count);
}

/// One hunk: lines [from, to) of the comparison.
std::string hunk(const std::vector<DiffLine>& lines,
                 std::size_t from,
                 std::size_t to,
                 const ShownText& a,
                 const ShownText& b)
{
  std::size_t old_count = 0;
  std::size_t new_count = 0;
  std::string body;
  for (std::size_t i = from; i < to; ++i) {
    const DiffLine& line = lines[i];
    old_count += line.sign != '+' ? 1U : 0U;
    new_count += line.sign != '-' ? 1U : 0U;
    const ShownText& side = line.sign == '+' ? b : a;
    const std::size_t number = line.sign == '+' ? line.new_line : line.old_line;
    body += line.sign + side.shown[number] + "\n";
    if (number + 1 == side.shown.size() && !side.final_line_feed) {
      body += "\\ No newline at end of file\n";
    }
  }
  return "@@ -" + range(lines[from].old_line, old_count) + " +" +
         range(lines[from].new_line, new_count) + " @@\n" + body;
}

} // namespace

std::vector<std::string_view> split_lines(std::string_view text)
{
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<DiffLine> compare_lines(const std::vector<std::string_view>& a,
                                    const std::vector<std::string_view>& b)
{
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t head = 0;
  while (head < shorter && a[head] == b[head]) {
    ++head;
  }
  std::size_t tail = 0;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<char> signs(head, ' ');
  const std::vector<char> middle = Myers(a, b, head, tail).script();
  signs.insert(signs.end(), middle.begin(), middle.end());
  signs.insert(signs.end(), tail, ' ');
  std::vector<DiffLine> lines;
  std::size_t x = 0;
  std::size_t y = 0;
  for (const char sign : signs) {
    lines.push_back({sign, x, y});
    x += sign != '+' ? 1U : 0U;
    y += sign != '-' ? 1U : 0U;
  }
  return lines;
}

std::string render_unified(const ShownText& a, const ShownText& b, const std::string& name)
{
  const std::vector<DiffLine> lines = compare_lines(a.compared, b.compared);
  std::string result;
  std::size_t i = 0;
  while (i < lines.size()) {
    while (i < lines.size() && lines[i].sign == ' ') {
      ++i;
    }
    if (i == lines.size()) {
      break;
    }
    const std::size_t from = i - std::min(i, k_context);
    std::size_t last = i;
    for (; i < lines.size() && i - last <= 2 * k_context; ++i) {
      last = lines[i].sign != ' ' ? i : last;
    }
    const std::size_t to = std::min(lines.size(), last + 1 + k_context);
    result += hunk(lines, from, to, a, b);
    i = to;
  }
  return result.empty() ? "" : "--- " + name + "\n+++ " + name + "\n" + result;
}

ShownText compared_text(const std::string& text)
{
  ShownText result;
  result.final_line_feed = text.empty() || text.back() == '\n';
  result.compared = split_lines(text);
  if (!result.final_line_feed) {
    // The last line differs from the same line with a line feed; the added byte cannot occur.
    result.compared.back() = result.kept.emplace_back(std::string(result.compared.back()) + '\0');
  }
  return result;
}

std::string
unified_diff(const std::string& old_text, const std::string& new_text, const std::string& name)
{
  ShownText a = compared_text(old_text);
  ShownText b = compared_text(new_text);
  for (ShownText* side : {&a, &b}) {
    for (const std::string_view line : split_lines(side == &a ? old_text : new_text)) {
      side->shown.emplace_back(line);
    }
  }
  return render_unified(a, b, name);
}

} // namespace iplease
