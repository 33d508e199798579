// SPDX-License-Identifier: Apache-2.0
#include "read_nodes.hpp"
#include <algorithm>
#include <array>

namespace iplease {
namespace {

using Style = LocatedNode::Style;

std::string_view line_of(const LocatedYaml& yaml, std::size_t at)
{
  const std::size_t start = yaml.line_start(at);
  const std::size_t end = std::min(yaml.text.find('\n', start), yaml.text.size());
  return std::string_view(yaml.text).substr(start, end - start);
}

/// Offset of the first byte of the line that is not a blank.
std::size_t first_word(const LocatedYaml& yaml, std::size_t at)
{
  const std::size_t found = line_of(yaml, at).find_first_not_of(' ');
  return yaml.line_start(at) + (found == std::string_view::npos ? 0 : found);
}

std::string shown(const LocatedYaml& yaml, std::size_t at)
{
  return "`" + yaml.text.substr(std::min(at, yaml.text.size()), 1) + "`";
}

/// A tab before the first word of the line where libyaml stopped, or of the line above.
std::optional<YamlFault> tab_fault(const LocatedYaml& yaml, std::size_t at)
{
  const std::size_t line = yaml.line_start(at);
  for (const std::size_t near : {line, line == 0 ? line : yaml.line_start(line - 1)}) {
    const std::string_view text = line_of(yaml, near);
    const std::size_t tab = text.find('\t');
    if (tab != std::string_view::npos && text.find_first_not_of(" -?\t") > tab) {
      return YamlFault{.kind = YamlFault::Kind::tab,
                       .at = near + tab,
                       .what = "a tab stands where YAML wants spaces",
                       .fix = "replace the tab with spaces"};
    }
  }
  return std::nullopt;
}

YamlFault open_quote(const LocatedYaml& yaml, std::size_t at)
{
  return {.at = at,
          .what = "the quote " + shown(yaml, at) + " that opens here is never closed",
          .fix = "add the closing " + shown(yaml, at) + " on the same line"};
}

/// An unclosed quote ends at the next quote, some lines below, and the text after that is invalid.
std::optional<YamlFault> long_quote(const LocatedYaml& yaml, std::size_t at)
{
  const auto last = std::find_if(yaml.nodes.rbegin(), yaml.nodes.rend(), [](const auto& node) {
    return node.style == Style::single_quoted || node.style == Style::double_quoted;
  });
  if (last != yaml.nodes.rend() && yaml.line_start(last->end) == yaml.line_start(at) &&
      yaml.source(*last).find('\n') != std::string_view::npos) {
    return open_quote(yaml, last->start);
  }
  return std::nullopt;
}

YamlFault open_bracket(const LocatedYaml& yaml, const YamlStop& stop)
{
  const bool list = yaml.text.compare(stop.context_at, 1, "[") == 0;
  const std::string closing = list ? "`]`" : "`}`";
  if (yaml.line_start(stop.at) != yaml.line_start(stop.context_at) || stop.at >= yaml.text.size()) {
    return {.at = stop.context_at,
            .what = "the " + shown(yaml, stop.context_at) + " that opens here is never closed",
            .fix = "add the closing " + closing};
  }
  return {.at = stop.at,
          .what = "a `,` or " + closing + " is missing before this",
          .fix = "add it, or put the value in quotes"};
}

/// A line whose indentation fits no entry above it.
YamlFault stray_line(const LocatedYaml& yaml, std::size_t at)
{
  return {.at = first_word(yaml, at),
          .what = "the indentation of this line fits no line above it",
          .fix = "indent it exactly as the keys that it belongs to"};
}

YamlFault second_colon(const LocatedYaml& yaml, std::size_t at)
{
  const std::string_view before = line_of(yaml, at).substr(0, yaml.column(at));
  if (before.find(": ") == std::string_view::npos) {
    return stray_line(yaml, at);
  }
  return {.at = at,
          .what = "a second `: ` on the line: it would begin another key inside the value",
          .fix = "put the value in quotes"};
}

/// Something else where a key or dash was expected.
YamlFault no_entry(const LocatedYaml& yaml, const YamlStop& stop)
{
  if (first_word(yaml, stop.at) < stop.at) {
    return {.at = stop.at,
            .what = "this belongs neither to the value before it nor to the next key",
            .fix = "put the whole value in one pair of quotes"};
  }
  if (stop.problem.find("'-'") != std::string::npos) {
    return {.at = stop.at,
            .what = "this line does not belong to what is above it",
            .fix = "begin it with `- `, or indent it as the lines that it belongs to"};
  }
  return stray_line(yaml, stop.at);
}

YamlFault no_value(const LocatedYaml& yaml, std::size_t at)
{
  const auto open = std::find_if(yaml.nodes.rbegin(), yaml.nodes.rend(), [](const auto& node) {
    return node.style == Style::flow && node.end <= node.start;
  });
  if (at >= yaml.text.size() && open != yaml.nodes.rend()) {
    return open_bracket(yaml, {.problem = {}, .at = at, .context = {}, .context_at = open->start});
  }
  const bool closing = yaml.text.compare(at, 1, "]") == 0 || yaml.text.compare(at, 1, "}") == 0;
  if (closing) {
    return {.at = at,
            .what = "a closing bracket without an opening one",
            .fix = "remove it, or put the value in quotes"};
  }
  return {
      .at = at, .what = "a value is missing here", .fix = "write it, or `\"\"` for an empty one"};
}

/// libyaml's messages (scanner.c, parser.c of 0.2.5): of the problem or of its context.
struct Words {
  const char* said;
  YamlFault (*fault)(const LocatedYaml& yaml, const YamlStop& stop);
};

YamlFault wrong_letter(const LocatedYaml& yaml, const YamlStop& stop)
{
  return bad_first_letter(yaml, stop.at);
}

YamlFault begins_badly(const LocatedYaml& yaml, const YamlStop& stop)
{
  return bad_first_letter(yaml, stop.context_at);
}

constexpr std::array k_problems{
    Words{"could not find expected ':'",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.context_at,
                             .what = "this line has no `:` after the key",
                             .fix = "write `key: value`"};
          }},
    Words{
        "mapping values are not allowed",
        [](const LocatedYaml& yaml, const YamlStop& stop) { return second_colon(yaml, stop.at); }},
    Words{"block sequence entries are not allowed",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.at,
                             .what = "a list cannot begin on the line of its key",
                             .fix = "write `- item` on the next line, or `[item]` here"};
          }},
    Words{"cannot start any token", wrong_letter},
    Words{"mapping keys are not allowed", wrong_letter},
    Words{"found undefined tag handle", wrong_letter},
    Words{"did not find expected ',' or", open_bracket},
    Words{"did not find expected key", no_entry},
    Words{"did not find expected '-' indicator", no_entry},
    Words{"did not find expected <document start>",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.at,
                             .what = "this line does not belong to what is above it",
                             .fix = "a file is one list of `key: value` lines at the same depth"};
          }},
    Words{"found unexpected ':'",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.at,
                             .what = "a `:` without a blank behind it, within brackets",
                             .fix = "put a blank behind it, or the value in quotes"};
          }},
    Words{"did not find expected node content",
          [](const LocatedYaml& yaml, const YamlStop& stop) { return no_value(yaml, stop.at); }},
    Words{"did not find expected comment or line break",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.at,
                             .what = "text on the line of `|` or `>`",
                             .fix = "begin the text on the next line, indented"};
          }},
};

constexpr std::array k_contexts{
    Words{"while scanning an alias", begins_badly},
    Words{"while scanning an anchor", begins_badly},
    Words{"while scanning a tag", begins_badly},
    Words{"while parsing a tag", begins_badly},
    Words{"while scanning a directive", begins_badly},
    Words{"while scanning a %", begins_badly},
    Words{"while scanning a quoted scalar",
          [](const LocatedYaml& yaml, const YamlStop& stop) {
            return open_quote(yaml, stop.context_at);
          }},
    Words{"while parsing a quoted scalar",
          [](const LocatedYaml&, const YamlStop& stop) {
            return YamlFault{.at = stop.at,
                             .what =
                                 "an escape that YAML does not know, in a text in double quotes",
                             .fix = "write `\\\\` for a backslash, or use single quotes"};
          }},
};

} // namespace

YamlFault bad_first_letter(const LocatedYaml& yaml, std::size_t at)
{
  const bool alias = yaml.text.compare(at, 1, "*") == 0;
  return {.at = at,
          .what = "a value cannot begin with " + shown(yaml, at) +
                  (alias ? " (that would be an alias)" : ""),
          .fix = "put the value in quotes"};
}

YamlFault fault_of(const LocatedYaml& yaml, const YamlStop& stop)
{
  if (std::optional<YamlFault> tab = tab_fault(yaml, stop.at)) {
    return std::move(*tab);
  }
  if (std::optional<YamlFault> quote = long_quote(yaml, stop.at)) {
    return std::move(*quote);
  }
  for (const Words& words : k_problems) {
    if (stop.problem.find(words.said) != std::string::npos) {
      return words.fault(yaml, stop);
    }
  }
  for (const Words& words : k_contexts) {
    if (stop.context.find(words.said) != std::string::npos) {
      return words.fault(yaml, stop);
    }
  }
  return {.at = stop.at,
          .what = "not YAML: " + stop.problem,
          .fix = "look at this line and the one above it"};
}

} // namespace iplease
