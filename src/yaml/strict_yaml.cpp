// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/strict_yaml.hpp>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "strict_scan.hpp"
#include "strict_words.hpp"
#include <algorithm>
#include <map>
#include <sstream>

namespace iplease {

namespace {

constexpr std::size_t k_most_bytes = std::size_t{1024} * 1024;
constexpr std::size_t k_most_levels = 32;

/// Thrown inside this file to stop yaml-cpp early.
struct TooDeep {
  YAML::Mark mark;
};

/// Builds the tree from yaml-cpp's events, which keep what its nodes hide: duplicate keys,
/// aliases, the places of keys.
class Builder : public YAML::EventHandler {
public:
  Builder(const TextLines& lines, StrictYaml& out)
      : m_lines(lines),
        m_out(out)
  {
  }

  void OnDocumentStart(const YAML::Mark& mark) override
  {
    if (++m_documents == 2) {
      m_second = mark;
    }
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
  {
    refuse_anchor(mark, anchor);
    add(make(mark, StrictNode::Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
  {
    complain(YamlMessage::Kind::feature,
             mark,
             "an alias (`*name`) is not read here",
             "write the value out at both places");
    add(make(mark, StrictNode::Kind::null));
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& value) override
  {
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    StrictNode node = make(mark, StrictNode::Kind::scalar);
    node.text = value;
    node.quoted = tag == "!"; // yaml-cpp's way to tell "…", '…', | and > from plain text
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override
  {
    open(mark, tag, anchor, StrictNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override
  {
    open(mark, tag, anchor, StrictNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] int documents() const { return m_documents; }
  [[nodiscard]] const YAML::Mark& second() const { return m_second; }

private:
  /// A list or map that is being read; in a map, `key` waits for its value.
  struct Level {
    StrictNode node{};
    std::optional<StrictNode> key{};
    bool drop_value = false;
    std::map<std::string, int> keys{}; ///< and the line of the first of each
  };

  [[nodiscard]] StrictNode make(const YAML::Mark& mark, StrictNode::Kind kind) const
  {
    StrictNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = m_lines.column(mark.line, mark.column);
    return node;
  }

  void complain(YamlMessage::Kind kind, const YAML::Mark& mark, std::string what, std::string fix)
  {
    m_out.messages.push_back({kind,
                              mark.line + 1,
                              m_lines.column(mark.line, mark.column),
                              std::move(what),
                              std::move(fix)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor)
  {
    if (anchor != 0) {
      complain(YamlMessage::Kind::feature,
               mark,
               "an anchor (`&name`) is not read here",
               "remove it, and write the value out where it was used");
    }
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag)
  {
    if (!tag.empty() && tag != "?" && tag != "!") {
      complain(YamlMessage::Kind::feature,
               mark,
               "a tag (`" + short_tag(tag) + "`) is not read here",
               "remove it; put text that looks like something else in quotes");
    }
  }

  void
  open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, StrictNode::Kind kind)
  {
    if (m_levels.size() >= k_most_levels) {
      throw TooDeep{mark};
    }
    refuse_tag(mark, tag);
    refuse_anchor(mark, anchor);
    m_levels.push_back({make(mark, kind)});
  }

  void close()
  {
    StrictNode node = std::move(m_levels.back().node);
    m_levels.pop_back();
    add(std::move(node));
  }

  void add(StrictNode node)
  {
    if (m_documents > 1) {
      return;
    }
    if (m_levels.empty()) {
      m_out.root = std::move(node);
      return;
    }
    Level& level = m_levels.back();
    if (level.node.kind == StrictNode::Kind::list) {
      level.node.items.push_back(std::move(node));
    } else if (!level.key) {
      take_key(level, std::move(node));
    } else {
      if (!level.drop_value) {
        level.node.members.push_back(
            {level.key->text, level.key->line, level.key->column, std::move(node)});
      }
      level.key.reset();
    }
  }

  void take_key(Level& level, StrictNode key)
  {
    const auto complain_at_key = [&](YamlMessage::Kind kind, std::string what, std::string fix) {
      m_out.messages.push_back({kind, key.line, key.column, std::move(what), std::move(fix)});
      level.drop_value = true;
    };
    level.drop_value = false;
    if (key.kind != StrictNode::Kind::scalar) {
      complain_at_key(
          YamlMessage::Kind::syntax, "a key has to be one word of text", "write `name: value`");
    } else if (key.text == "<<" && !key.quoted) {
      complain_at_key(
          YamlMessage::Kind::feature, "a merge key (`<<`) is not read here", "write the keys out");
    } else if (const auto [first, fresh] = level.keys.try_emplace(key.text, key.line); !fresh) {
      complain_at_key(YamlMessage::Kind::duplicate,
                      "`" + key.text + "` is given twice; the first is at line " +
                          std::to_string(first->second),
                      "keep one of the two");
    }
    level.key = std::move(key);
  }

  const TextLines& m_lines;
  StrictYaml& m_out;
  std::vector<Level> m_levels{};
  int m_documents = 0;
  YAML::Mark m_second{};
};

void refuse_second_document(const Builder& builder, const TextLines& lines, StrictYaml& out)
{
  if (builder.documents() < 2) {
    return;
  }
  const YAML::Mark mark = builder.second();
  const bool marked = lines.line(mark.line).starts_with("---");
  out.messages.push_back({YamlMessage::Kind::documents,
                          mark.line + 1,
                          mark.column + 1,
                          marked ? "a second document begins here (`---`), and this file holds one"
                                 : "this line does not belong to what is above it",
                          marked ? "remove it, or give each document its own file"
                                 : "a file is one list of `key: value` lines at the same depth"});
}

void read(const std::string& text, const TextLines& lines, StrictYaml& out)
{
  const StrictScan scan = scan_yaml(text);
  Builder builder(lines, out);
  std::istringstream in(text);
  bool failed = false;
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const TooDeep& deep) {
    out.messages.push_back({YamlMessage::Kind::syntax,
                            deep.mark.line + 1,
                            deep.mark.column + 1,
                            "nested more than 32 levels deep",
                            "flatten it"});
    failed = true;
  } catch (const YAML::Exception& error) {
    out.messages.push_back(
        syntax_message(error.msg, {error.mark.line, error.mark.column}, scan, lines));
    failed = true;
  }
  if (failed) {
    return;
  }
  refuse_second_document(builder, lines, out);
  if (std::optional<YamlMessage> silent = silent_message(scan, lines)) {
    out.messages.push_back(std::move(*silent));
  }
}

bool only(std::string_view text, std::string_view letters)
{
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

/// `[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+`
bool is_integer(std::string_view text)
{
  if (text.starts_with("0o")) {
    return only(text.substr(2), "01234567");
  }
  if (text.starts_with("0x")) {
    return only(text.substr(2), "0123456789abcdefABCDEF");
  }
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  return only(text, "0123456789");
}

} // namespace

const StrictNode* StrictNode::find(std::string_view key) const
{
  const auto found = std::find_if(
      members.begin(), members.end(), [&](const StrictMember& m) { return m.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

PlainType plain_type(const StrictNode& scalar)
{
  if (scalar.kind == StrictNode::Kind::null) {
    return PlainType::null;
  }
  const std::string& text = scalar.text;
  if (scalar.quoted) {
    return PlainType::text;
  }
  const auto is = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
  };
  if (is({"", "~", "null", "Null", "NULL"})) {
    return PlainType::null;
  }
  if (is({"true", "True", "TRUE", "false", "False", "FALSE"})) {
    return PlainType::boolean;
  }
  if (text.size() > 64 || text.find_first_of("0123456789.") == std::string::npos) {
    return PlainType::text;
  }
  if (is_integer(text)) {
    return PlainType::integer;
  }
  const bool real = looks_like_float(text) || is({".inf",
                                                  ".Inf",
                                                  ".INF",
                                                  "+.inf",
                                                  "+.Inf",
                                                  "+.INF",
                                                  "-.inf",
                                                  "-.Inf",
                                                  "-.INF",
                                                  ".nan",
                                                  ".NaN",
                                                  ".NAN"});
  return real ? PlainType::real : PlainType::text;
}

StrictYaml parse_strict_yaml(std::string_view text)
{
  StrictYaml out;
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3); // a byte order mark, as some editors leave it
  }
  const TextLines lines(text);
  if (std::optional<YamlMessage> bad = encoding_message(text, lines, k_most_bytes)) {
    out.messages.push_back(std::move(*bad));
    return out;
  }
  read(std::string(text), lines, out);
  std::stable_sort(out.messages.begin(), out.messages.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return out;
}

} // namespace iplease
