// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/secrets.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;
using State = ValuesFacts::State;
/// The node at a path of keys, as a reader sees it; LocatedNode::k_none if absent.
std::size_t at(const LocatedYaml& yaml, std::initializer_list<std::string_view> path)
{
  std::size_t node = 0;
  for (const std::string_view key : path) {
    node = yaml.find_effective(node, key);
    if (node == LocatedNode::k_none) {
      return LocatedNode::k_none;
    }
    node = yaml.target(node);
  }
  return node;
}

/// The text of a scalar; empty for anything else.
std::string text_at(const LocatedYaml& yaml, std::initializer_list<std::string_view> path)
{
  const std::size_t node = at(yaml, path);
  return node != LocatedNode::k_none && yaml.nodes[node].kind == Kind::scalar
             ? yaml.nodes[node].text
             : "";
}

/// Whether base64 text holds more than white space. Helm passes it to a Secret unchanged, and the
/// provider waits for ever for a key that is only a line feed.
bool holds_something(const std::string& text)
{
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0;
  unsigned held = 0;
  for (const char letter : text) {
    const std::size_t value = letters.find(letter);
    if (value == std::string_view::npos) {
      if (letter != '=' && letter != '\n' && letter != ' ') {
        return true; // not base64, so it is a value
      }
      continue;
    }
    bits = (bits << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      const unsigned byte = (bits >> held) & 0xffU;
      if (byte > 0x20) {
        return true;
      }
    }
  }
  return false;
}

State state_of(const LocatedYaml& yaml, std::size_t node)
{
  if (node == LocatedNode::k_none) {
    return State::absent;
  }
  return renders_true(yaml.nodes[yaml.target(node)]) ? State::is_true : State::other;
}

void read_attributes(const LocatedYaml& yaml, ValuesFacts& facts)
{
  const std::size_t list = at(yaml, {"attributes"});
  if (list == LocatedNode::k_none || yaml.nodes[list].kind != Kind::sequence) {
    return;
  }
  for (const std::size_t child : yaml.nodes[list].children) {
    const std::size_t key = yaml.find_effective(child, "key");
    if (key == LocatedNode::k_none || yaml.nodes[yaml.target(key)].kind != Kind::scalar) {
      continue;
    }
    const std::size_t value = yaml.find_effective(child, "value");
    const State state = value == LocatedNode::k_none ? State::other : state_of(yaml, value);
    const auto [entry, fresh] = facts.attributes.emplace(yaml.nodes[yaml.target(key)].text, state);
    if (!fresh && entry->second != state) {
      entry->second = State::other;
    }
  }
}

} // namespace

std::variant<ValuesFacts, std::vector<Problem>> read_values(const Secret& text,
                                                            const std::string& file_name)
{
  const YamlReading reading = reading_of(text);
  if (reading.yaml() == nullptr) {
    return reading.problems(file_name);
  }
  const LocatedYaml& yaml = *reading.yaml();
  ValuesFacts facts;
  facts.from = text_at(yaml, {"from"});
  facts.domain = text_at(yaml, {"domain"});
  facts.image_tag = text_at(yaml, {"image", "tag"});
  facts.has_key = holds_something(text_at(yaml, {"key"}));
  facts.has_keysecret = holds_something(text_at(yaml, {"keysecret"}));
  facts.has_bid_price_script = !text_at(yaml, {"bidpricescript"}).empty();
  const std::size_t encrypt = at(yaml, {"letsEncrypt", "enabled"});
  if (encrypt != LocatedNode::k_none && yaml.nodes[encrypt].kind == Kind::scalar) {
    facts.lets_encrypt = renders_true(yaml.nodes[encrypt]);
  }
  facts.ipoperator = state_of(yaml, at(yaml, {"ipoperator"}));
  read_attributes(yaml, facts);
  facts.secrets = secrets_of(yaml);
  return facts;
}

std::vector<std::string> missing_required(const ValuesFacts& facts)
{
  std::vector<std::string> missing;
  const auto need = [&](const char* name, bool there) {
    if (!there) {
      missing.emplace_back(name);
    }
  };
  need("from", !facts.from.empty());
  need("key", facts.has_key);
  need("keysecret", facts.has_keysecret);
  need("domain", !facts.domain.empty());
  return missing;
}

} // namespace iplease
