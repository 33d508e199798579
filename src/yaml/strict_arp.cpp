// SPDX-License-Identifier: Apache-2.0
// Only kube-proxy's IPVS mode needs strictARP: it binds every LoadBalancer address to kube-ipvs0 on
// every node, and without it all nodes answer ARP for it.
#include <iplease/yaml/strict_arp.hpp>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <optional>

namespace iplease {

namespace {

constexpr const char* k_key = "strictARP";

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words)
{
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool plain(const YAML::Node& node)
{
  return node.Tag() == "?" || node.Tag().empty() || node.Tag() == "tag:yaml.org,2002:bool";
}

StrictArp state_of(const YAML::Node& value)
{
  constexpr std::array<std::string_view, 11> yes{
      "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"};
  constexpr std::array<std::string_view, 11> no{
      "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"};
  if (value.IsNull()) {
    return StrictArp::off;
  }
  if (!value.IsScalar() || !plain(value)) {
    return StrictArp::unclear;
  }
  return one_of(value.Scalar(), yes)  ? StrictArp::on
         : one_of(value.Scalar(), no) ? StrictArp::off
                                      : StrictArp::unclear;
}

/// A key with its value; `times` above 1 means that the text says it more than once.
struct Entry {
  YAML::Node key{};
  YAML::Node value{};
  int times = 0;
};

Entry find(const YAML::Node& map, std::string_view name)
{
  Entry found;
  for (const auto& pair : map) {
    if (pair.first.IsScalar() && pair.first.Scalar() == name) {
      found.key.reset(pair.first);
      found.value.reset(pair.second);
      ++found.times;
    }
  }
  return found;
}

/// The text and its tree; every place in it is a byte offset.
struct Document {
  std::string text{};
  YAML::Node root{};
  std::string error{};

  [[nodiscard]] std::size_t at(const YAML::Mark& mark) const
  {
    std::size_t start = 0;
    for (int line = 0; line < mark.line; ++line) {
      start = text.find('\n', start) + 1;
    }
    const bool marked = mark.line == 0 && text.starts_with("\xEF\xBB\xBF");
    return start + static_cast<std::size_t>(mark.column) + (marked ? 3 : 0);
  }
};

Document load(std::string_view text)
{
  Document document{std::string(text), {}, {}};
  try {
    const auto all = YAML::LoadAll(document.text);
    if (all.size() != 1) {
      document.error = "config.conf holds " + std::to_string(all.size()) + " documents";
    } else if (!all.front().IsMap()) {
      document.error = "config.conf is not a mapping";
    } else {
      document.root.reset(all.front());
    }
  } catch (const YAML::Exception& error) {
    document.error = "config.conf line " + std::to_string(error.mark.line + 1) + ": " + error.msg;
  }
  return document;
}

bool merges(const YAML::Node& map)
{
  return find(map, "<<").times > 0;
}

std::string line_end(const Document& document)
{
  return document.text.find("\r\n") != std::string::npos ? "\r\n" : "\n";
}

/// Where the value of `key` starts: after its colon and blanks. Nothing when the text there is not
/// simply `key:`.
std::optional<std::size_t> after_colon(const Document& document, const YAML::Node& key)
{
  const std::string& text = document.text;
  std::size_t at = document.at(key.Mark());
  const char quote = at < text.size() && (text[at] == '"' || text[at] == '\'') ? text[at] : '\0';
  at += quote != '\0' ? 1 : 0;
  if (text.compare(at, key.Scalar().size(), key.Scalar()) != 0) {
    return std::nullopt;
  }
  at += key.Scalar().size() + (quote != '\0' ? 1 : 0);
  at = text.find_first_not_of(" \t", at);
  if (at == std::string::npos || text[at] != ':') {
    return std::nullopt;
  }
  return at + 1;
}

/// Puts `word` where the scalar (or nothing) after `key:` stands.
std::optional<std::string>
replace_value(const Document& document, const Entry& entry, const std::string& word)
{
  const auto colon = after_colon(document, entry.key);
  if (!colon) {
    return std::nullopt;
  }
  const std::string& text = document.text;
  const std::string old = entry.value.IsNull() ? "" : entry.value.Scalar();
  const auto start = std::min(text.find_first_not_of(" \t", *colon), text.size());
  constexpr std::array<std::string_view, 4> nulls{"~", "null", "Null", "NULL"};
  for (const std::string_view null : nulls) {
    if (entry.value.IsNull() && text.compare(start, null.size(), null) == 0) {
      return text.substr(0, start) + word + text.substr(start + null.size());
    }
  }
  if (entry.value.IsNull()) {
    return text.substr(0, *colon) + " " + word + text.substr(*colon);
  }
  const bool quoted = start < text.size() && (text[start] == '"' || text[start] == '\'');
  const auto inner = start + (quoted ? 1 : 0);
  if (text.compare(inner, old.size(), old) != 0) {
    return std::nullopt; // a tag, an anchor, an alias, or a value on another line
  }
  return text.substr(0, start) + word + text.substr(inner + old.size() + (quoted ? 1 : 0));
}

/// Adds `block` (or `flow` inside braces) as the first entry of a mapping.
std::optional<std::string> insert_first(const Document& document,
                                        const YAML::Node& map,
                                        const std::string& block,
                                        const std::string& flow)
{
  const std::string& text = document.text;
  if (map.Style() == YAML::EmitterStyle::Flow || map.size() == 0) {
    const auto brace = document.at(map.Mark());
    if (brace >= text.size() || text[brace] != '{') {
      return std::nullopt;
    }
    return text.substr(0, brace + 1) + flow + (map.size() == 0 ? "" : ", ") +
           text.substr(brace + 1);
  }
  const auto key = document.at(map.begin()->first.Mark());
  const auto start = key == 0 ? 0 : text.rfind('\n', key - 1) + 1;
  const std::string indent = text.substr(start, key - start);
  if (indent.find_first_not_of(' ') != std::string::npos) {
    return std::nullopt; // the first key shares its line with something else
  }
  std::string lines = indent + block + line_end(document);
  for (std::size_t at = lines.find("\n "); at != std::string::npos;
       at = lines.find("\n ", at + 1)) {
    lines.insert(at + 1, indent);
  }
  return text.substr(0, start) + lines + text.substr(start);
}

std::optional<std::string> edited(const Document& document)
{
  const Entry ipvs = find(document.root, "ipvs");
  if (ipvs.times == 0) {
    return insert_first(document,
                        document.root,
                        "ipvs:" + line_end(document) + "  strictARP: true",
                        R"("ipvs": {"strictARP": true})");
  }
  if (ipvs.value.IsNull()) {
    return replace_value(document, ipvs, "{\"strictARP\": true}");
  }
  const Entry strict = find(ipvs.value, k_key);
  if (strict.times == 0) {
    return insert_first(document, ipvs.value, "strictARP: true", "\"strictARP\": true");
  }
  return replace_value(document, strict, "true");
}

/// One line per leaf, so that two trees can be compared; `skip` is left out.
void flatten(const YAML::Node& node,
             const std::string& path,
             const std::string& skip,
             std::string& out)
{
  if (path == skip) {
    return;
  }
  if (node.IsMap()) {
    for (const auto& pair : node) {
      flatten(pair.second, path + "/" + pair.first.as<std::string>("?"), skip, out);
    }
  } else if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      flatten(node[i], path + "/" + std::to_string(i), skip, out);
    }
    out += path + "[" + std::to_string(node.size()) + "]\n";
  } else {
    out += path + "=" + node.Tag() + ":" + (node.IsNull() ? "" : node.Scalar()) + "\n";
  }
}

/// Everything but the one field; an `ipvs` that holds nothing else counts as none.
std::string rest_of(const Document& document)
{
  std::string out;
  flatten(document.root, "", "/ipvs/strictARP", out);
  const std::string empty = "/ipvs=";
  if (const auto at = out.find(empty); at != std::string::npos) {
    out.erase(at, out.find('\n', at) - at + 1);
  }
  return out;
}

std::optional<std::string> not_editable(const Document& document)
{
  const Entry ipvs = find(document.root, "ipvs");
  if (merges(document.root) || ipvs.times > 1) {
    return "config.conf uses merge keys, or says `ipvs` twice";
  }
  if (ipvs.times == 0 || ipvs.value.IsNull()) {
    return std::nullopt;
  }
  if (!ipvs.value.IsMap()) {
    return "`ipvs` in config.conf is not a mapping";
  }
  if (merges(ipvs.value) || find(ipvs.value, k_key).times > 1) {
    return "`ipvs` in config.conf uses merge keys, or says `strictARP` twice";
  }
  if (document.at(ipvs.value.Mark()) < document.at(ipvs.key.Mark())) {
    return "`ipvs` in config.conf is an alias of another part";
  }
  return std::nullopt;
}

StrictArpSeen seen_in(const Document& document)
{
  StrictArpSeen seen;
  seen.error = document.error;
  if (!seen.error.empty()) {
    return seen;
  }
  const Entry mode = find(document.root, "mode");
  if (mode.times > 0 && mode.value.IsScalar()) {
    seen.mode = mode.value.Scalar();
  }
  const Entry ipvs = find(document.root, "ipvs");
  const Entry strict = ipvs.times > 0 && ipvs.value.IsMap() ? find(ipvs.value, k_key) : Entry{};
  if (strict.times > 0) {
    seen.state = state_of(strict.value);
    seen.spelling = strict.value.IsScalar() ? strict.value.Scalar() : "";
    const YAML::Mark mark = strict.value.Mark();
    seen.place = {.file = "config.conf", .line = mark.line + 1, .column = mark.column + 1};
  }
  return seen;
}

} // namespace

StrictArpSeen find_strict_arp(std::string_view config_conf)
{
  return seen_in(load(config_conf));
}

std::variant<std::string, NoEdit> set_strict_arp(std::string_view config_conf)
{
  const Document before = load(config_conf);
  if (!before.error.empty()) {
    return NoEdit{before.error};
  }
  if (seen_in(before).state == StrictArp::on) {
    return before.text;
  }
  if (auto why = not_editable(before)) {
    return NoEdit{std::move(*why)};
  }
  auto text = edited(before);
  const Document after = load(text.value_or(""));
  if (!text || seen_in(after).state != StrictArp::on || rest_of(after) != rest_of(before)) {
    return NoEdit{"the place of `strictARP` in config.conf cannot be edited safely"};
  }
  return std::move(*text);
}

} // namespace iplease
