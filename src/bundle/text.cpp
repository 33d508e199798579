// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/yaml/secrets.hpp>

#include <algorithm>
#include <optional>

namespace iplease {
namespace {

using Json = nlohmann::ordered_json;

/// Deeper nesting is dropped, so that no text can overflow the stack.
constexpr int k_deepest = 200;

std::optional<Json> structure_of(std::string_view text)
{
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) {
    return std::nullopt;
  }
  const auto shallow = [](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
    return depth < k_deepest;
  };
  Json read = Json::parse(text, shallow, false);
  return read.is_structured() ? std::optional(std::move(read)) : std::nullopt;
}

class Cleaner {
public:
  explicit Cleaner(const Masker& masker)
      : m_masker(masker)
  {
  }

  [[nodiscard]] std::string whole(std::string_view text) const
  {
    if (const auto read = structure_of(text)) {
      return plain_json(value(*read, false), 1) + "\n";
    }
    std::string out;
    std::string words; // consecutive lines are one text: a secret may span several
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size() - 1);
      const std::string_view line = text.substr(from, end + 1 - from);
      from = end + 1;
      const std::size_t open = line.find('{');
      const bool begins = open != std::string_view::npos && (open == 0 || line[open - 1] == ' ');
      const auto read = begins ? structure_of(line.substr(open)) : std::nullopt;
      words += read ? line.substr(0, open) : line;
      if (read) {
        out += lines(words) + plain_json(value(*read, false)) + (line.ends_with('\n') ? "\n" : "");
        words.clear();
      }
    }
    return out + lines(words);
  }

private:
  [[nodiscard]] std::string lines(std::string_view text) const
  {
    return mask_named_secrets(masked_lines(text, m_masker));
  }

  [[nodiscard]] std::string string(const std::string& text) const
  {
    const auto read = structure_of(text); // JSON in a string, as in `last-applied-configuration`
    return read ? plain_json(value(*read, false)) : lines(text);
  }

  [[nodiscard]] Json value(const Json& from, bool secret) const
  {
    if (from.is_object()) {
      return object(from, secret);
    }
    if (from.is_array()) {
      Json all = Json::array();
      for (const Json& member : from) {
        all.push_back(value(member, secret));
      }
      return all;
    }
    if (secret && !from.is_boolean() && !from.is_null()) {
      return k_masked;
    }
    return from.is_string() ? Json(string(from.get_ref<const std::string&>())) : from;
  }

  [[nodiscard]] Json object(const Json& from, bool secret) const
  {
    const auto says = [&](const char* key) {
      const auto at = from.find(key);
      return at != from.end() && at->is_string() ? at->get<std::string>() : std::string{};
    };
    const bool pair = secret_name(says("name")); // `name: X_TOKEN` in a list of variables
    const bool object_of_secrets = says("kind") == "Secret";
    Json all = Json::object();
    for (const auto& [key, member] : from.items()) {
      const bool hidden = secret || secret_name(key) || (pair && key == "value") ||
                          (object_of_secrets && (key == "data" || key == "stringData"));
      all[masked_lines(key, m_masker)] = value(member, hidden);
    }
    return all;
  }

  const Masker& m_masker;
};

} // namespace

std::string bundle_text(std::string_view text, const Masker& masker)
{
  return Cleaner(masker).whole(text);
}

} // namespace iplease
