// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/secrets.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <set>
#include <utility>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

bool upper(char c)
{
  return c >= 'A' && c <= 'Z';
}
bool lower(char c)
{
  return c >= 'a' && c <= 'z';
}
bool digit(char c)
{
  return c >= '0' && c <= '9';
}
bool base64(char c)
{
  return upper(c) || lower(c) || digit(c) || c == '+' || c == '/' || c == '=' || c == '-' ||
         c == '_';
}

std::string lowered(std::string_view text)
{
  std::string result(text);
  for (char& c : result) {
    c = upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

/// Collects the secret scalars, node by node.
class Collector {
public:
  explicit Collector(const LocatedYaml& yaml)
      : m_yaml(yaml)
  {
  }

  void visit(std::size_t index, bool secret, std::vector<std::string>& path)
  {
    const LocatedNode& node = m_yaml.nodes[index];
    if (node.kind == Kind::alias) {
      if (secret) {
        taint(m_yaml.target(index));
      }
      return;
    }
    if (node.kind == Kind::scalar) {
      std::string packed(node.text);
      std::erase_if(packed, [](char c) { return c == '\n' || c == ' '; });
      if (secret || looks_like_secret(packed)) {
        found.insert(index);
      }
      return;
    }
    const std::size_t stride = node.kind == Kind::mapping ? 2 : 1;
    const bool pair = names_secret(index);
    for (std::size_t i = 0; i + stride <= node.children.size(); i += stride) {
      path.push_back(stride == 2 ? m_yaml.nodes[node.children[i]].text : "");
      const bool value = pair && path.back() == "value";
      visit(node.children[i + stride - 1], secret || value || secret_path(path), path);
      path.pop_back();
    }
  }

  std::set<std::size_t> found{};

private:
  /// Whether it is a `- name: X_TOKEN` item of a list of environment variables.
  [[nodiscard]] bool names_secret(std::size_t index) const
  {
    const bool mapping = m_yaml.nodes[index].kind == Kind::mapping;
    const std::size_t name = mapping ? m_yaml.find(index, "name") : LocatedNode::k_none;
    return name != LocatedNode::k_none && secret_name(m_yaml.nodes[name].text);
  }

  /// The target of a secret alias is secret where it is written, too.
  void taint(std::size_t index)
  {
    if (!m_tainted.insert(index).second) {
      return;
    }
    const LocatedNode& node = m_yaml.nodes[index];
    if (node.kind == Kind::scalar) {
      found.insert(index);
    }
    const std::size_t stride = node.kind == Kind::mapping ? 2 : 1;
    for (std::size_t i = 0; i + stride <= node.children.size(); i += stride) {
      taint(m_yaml.target(node.children[i + stride - 1]));
    }
  }

  const LocatedYaml& m_yaml;
  std::set<std::size_t> m_tainted{};
};

/// Whether the word before `colon`, which comes after `hash`, names a secret. Ignores `- key:
/// NAME`, a commented-out attribute.
bool secret_before(const std::string& line, std::size_t hash, std::size_t colon)
{
  std::size_t end = colon;
  while (end > hash && (line[end - 1] == '"' || line[end - 1] == '\'' || line[end - 1] == ' ')) {
    --end;
  }
  std::size_t start = end;
  while (start > hash && (base64(line[start - 1]) || line[start - 1] == '.')) {
    --start;
  }
  const std::string name = lowered(std::string_view(line).substr(start, end - start));
  if (name != "key") {
    return secret_name(name);
  }
  const std::size_t before = line.find_last_not_of(" \"'", start == 0 ? 0 : start - 1);
  const bool item =
      start > 0 && before != std::string::npos && (line[before] == '-' || line[before] == '{');
  return !item;
}

/// Masks VALUE in a comment `key: VALUE` with a secret key.
void mask_comment(std::string& line)
{
  const std::size_t hash = line.find('#');
  for (std::size_t colon = line.find(": ", hash == std::string::npos ? line.size() : hash);
       colon != std::string::npos;
       colon = line.find(": ", colon + 2)) {
    if (secret_before(line, hash, colon)) {
      line.replace(colon + 2, std::string::npos, k_masked);
      return;
    }
  }
}

/// Adds the password as written and decoded; a user without one is a token.
void add_url_passwords(std::vector<Secret>& secrets, std::string_view text)
{
  for (const std::string_view pair : url_credentials(text)) {
    const std::string coded(pair.substr(pair.find(':') + 1)); // without one npos + 1: all
    std::string plain;
    for (std::size_t at = 0; at < coded.size(); ++at) {
      const bool escape = coded[at] == '%' && at + 2 < coded.size();
      plain += escape ? static_cast<char>(std::strtol(coded.substr(at + 1, 2).c_str(), nullptr, 16))
                      : coded[at];
      at += escape ? 2 : 0;
    }
    secrets.emplace_back(coded);
    secrets.emplace_back(plain);
  }
}

} // namespace

bool looks_like_secret(std::string_view word)
{
  const auto count = [&](auto kind) {
    return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), kind));
  };
  if (count(base64) != word.size() || word.starts_with("akash1")) {
    return false;
  }
  const auto hexadecimal = [](char c) {
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  if (word.size() >= 32 && count(hexadecimal) == word.size()) {
    return true;
  }
  // In base64 about a third are capitals; paths like capabilities/gpu/… have hardly any.
  const bool mixed = count(upper) * 100 >= word.size() * 12 && count(lower) > 0;
  return (word.size() >= 40 && mixed) || word.size() >= 400;
}

bool secret_path(const std::vector<std::string>& path)
{
  const bool wallet = path.size() == 1 &&
                      (path[0] == "key" || path[0] == "keysecret" || path[0] == "bidpricescript");
  const bool providers = path.size() > 2 && path[0] == "letsEncrypt" && path[1] == "providers";
  return wallet || providers || (!path.empty() && secret_name(path.back()));
}

std::vector<std::size_t> secret_nodes(const LocatedYaml& yaml)
{
  Collector collector(yaml);
  std::vector<std::string> path;
  collector.visit(0, false, path);
  return {collector.found.begin(), collector.found.end()};
}

std::vector<Secret> secrets_of(const LocatedYaml& yaml)
{
  std::vector<Secret> secrets;
  for (const std::size_t index : secret_nodes(yaml)) {
    const LocatedNode& node = yaml.nodes[index];
    // `enabled: true` below a DNS provider is masked, but not worth searching for elsewhere.
    if (meaning_of(node).kind == Meaning::Kind::text && !node.text.empty()) {
      secrets.emplace_back(node.text);
    }
  }
  for (const LocatedNode& node : yaml.nodes) {
    add_url_passwords(secrets, node.text);
    if (node.text.find('\n') != std::string::npos) { // a file inside the values
      std::ranges::move(named_secrets(node.text), std::back_inserter(secrets));
    }
  }
  return secrets;
}

std::vector<Secret> secrets_of_text(const Secret& text)
{
  if (const YamlReading reading = reading_of(text); reading.yaml() != nullptr) {
    return secrets_of(*reading.yaml());
  }
  std::vector<Secret> secrets = secrets_by_line(text.reveal());
  add_url_passwords(secrets, text.reveal());
  return secrets;
}

std::string blind_line(std::string_view line)
{
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
    return "";
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return k_masked;
  }
  const bool empty = line.find_first_not_of(" \t\r", colon + 1) == std::string_view::npos;
  return mask_line(line.substr(0, colon)) + (empty ? ":" : ": " + std::string(k_masked));
}

std::string mask_line(std::string_view line)
{
  std::string result;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t end = i;
    while (end < line.size() && base64(line[end])) {
      ++end;
    }
    const std::string_view word = line.substr(i, end - i);
    const bool digest = result.ends_with("sha256:");
    result += looks_like_secret(word) && !digest ? std::string_view(k_masked) : word;
    if (end < line.size()) {
      result += line[end];
    }
    i = end + 1;
  }
  mask_comment(result);
  return mask_url_credentials(std::move(result));
}

} // namespace iplease
