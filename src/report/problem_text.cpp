// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/utf8.hpp>
#include <iplease/report/problem_text.hpp>

#include <algorithm>

namespace iplease {

namespace {

/// Line `number` (1-based) of a text, without its line end; empty if there is none.
std::string line_of(const std::string& text, int number)
{
  std::size_t from = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  for (int line = 1; line < number; ++line) {
    from = text.find('\n', from);
    if (from == std::string::npos) {
      return {};
    }
    ++from;
  }
  std::string line = text.substr(from, text.find('\n', from) - from);
  if (line.ends_with('\r')) {
    line.pop_back();
  }
  return line;
}

constexpr std::size_t k_long = 400;   ///< bytes; a longer line is shown in part
constexpr std::size_t k_around = 100; ///< bytes to show of it on each side of the caret

/// The part of a long line around `column`, which becomes the column in that part.
std::string around(std::string_view line, int& column)
{
  std::size_t at = 0;
  for (int seen = 0; at < line.size(); ++at) {
    if (begins_character(line[at]) && ++seen == column) {
      break;
    }
  }
  const std::string_view before = last_bytes(line.substr(0, at), k_around);
  const std::string_view after = first_bytes(line.substr(at), k_around);
  const std::string left = (before.size() < at ? "... " : "") + std::string(before);
  column = 1 + static_cast<int>(std::ranges::count_if(left, begins_character));
  return left + std::string(after) + (at + after.size() < line.size() ? " ..." : "");
}

/// The line, and a caret under the character.
std::string excerpt(const Place& place, const SourceTexts& sources)
{
  const auto source = sources.find(place.file);
  if (source == sources.end() || place.line <= 0) {
    return {};
  }
  std::string line = line_of(source->second, place.line);
  int wanted = place.column;
  if (line.size() > k_long && url_credentials(line).empty()) { // a cut might hide where they end
    line = around(line, wanted);
  }
  if (line.empty() || line.size() > k_long) {
    return {};
  }
  std::string under;
  int column = 1;
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (begins_character(c) && column++ < wanted) {
      under += c == '\t' ? '\t' : ' ';
    }
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
      c = '?'; // same width
    }
  }
  return "  | " + mask_url_credentials(line) + "\n  | " + under + "^\n";
}

/// Adds the catalogue's texts, masks passwords and shortens huge values. A list of missing rights
/// has some hundred bytes and stays whole.
Problem as_told(const Problem& problem)
{
  Problem full = with_catalogue(problem);
  full.what = both_ends(mask_url_credentials(full.what), 3000, 1000);
  return full;
}

std::string labelled(const std::string& label, const std::string& text)
{
  if (text.empty()) {
    return {};
  }
  std::string out = "  " + label + std::string(8 - label.size(), ' ');
  for (const char c : text) {
    out += c;
    if (c == '\n') {
      out += std::string(10, ' ');
    }
  }
  return out + "\n";
}

std::string place_text(const Place& place)
{
  std::string text = place.file;
  for (const int number : {place.line, place.column}) {
    text += number > 0 ? ":" + std::to_string(number) : "";
  }
  return text;
}

} // namespace

std::string problem_text(const Problem& problem,
                         const SourceTexts& sources,
                         const std::string& severity,
                         const std::string& stage_line)
{
  const Problem full = as_told(problem);
  std::string text;
  if (!full.place.file.empty()) {
    text += place_text(full.place) + ": " + full.what + "\n" + excerpt(full.place, sources);
  }
  const CatalogueEntry* entry = find_entry(full.id);
  const bool named = !full.place.file.empty() && entry != nullptr; // `what` is shown above already
  text += severity + " " + full.id + ": " + (named ? std::string(entry->title) : full.what) + "\n";
  text += labelled("stage", stage_line);
  text += labelled("saw", full.saw) + labelled("cause", full.cause) + labelled("fix", full.fix);
  return text + (full.id.empty() ? "" : labelled("more", "iplease explain " + full.id));
}

std::string problems_text(const std::vector<Problem>& problems,
                          const SourceTexts& sources,
                          const std::string& severity)
{
  std::string text;
  for (const Problem& problem : problems) {
    text += (text.empty() ? "" : "\n") + problem_text(problem, sources, severity);
  }
  if (problems.size() > 1) {
    text += "\n" + std::to_string(problems.size()) + " " + severity + "s\n";
  }
  return text;
}

std::string warning_line(const Problem& problem)
{
  return "warning " + problem.id + ": " + problem.what +
         (problem.saw.empty() ? "" : ": " + problem.saw);
}

nlohmann::ordered_json problem_json(const Problem& problem, const std::string& severity)
{
  const Problem full = as_told(problem);
  nlohmann::ordered_json json{{"id", full.id},
                              {"severity", severity},
                              {"what", full.what},
                              {"saw", full.saw},
                              {"cause", full.cause},
                              {"fix", full.fix},
                              {"exit", static_cast<int>(full.exit)}};
  if (!full.place.file.empty()) {
    json["file"] = full.place.file;
    json["line"] = full.place.line;
    json["column"] = full.place.column;
  }
  return json;
}

std::string refusal_json(const std::vector<Problem>& problems, ExitCode exit)
{
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Problem& problem : problems) {
    all.push_back(problem_json(problem));
  }
  const nlohmann::ordered_json whole{
      {"type", "refusal"}, {"ui", "1.0"}, {"exit", static_cast<int>(exit)}, {"problems", all}};
  return plain_json(whole) + "\n";
}

} // namespace iplease
