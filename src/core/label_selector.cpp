// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/label_selector.hpp>

#include <algorithm>

namespace iplease {

namespace {

bool holds(const LabelSelector::Expression& one, const std::map<std::string, std::string>& labels)
{
  const auto label = labels.find(one.key);
  if (one.how == "Exists" || one.how == "DoesNotExist") {
    return (label != labels.end()) == (one.how == "Exists");
  }
  const bool among =
      label != labels.end() && std::ranges::find(one.values, label->second) != one.values.end();
  return one.how == "NotIn" ? !among : among;
}

std::string to_text(const LabelSelector::Expression& one)
{
  if (one.how == "Exists" || one.how == "DoesNotExist") {
    return (one.how == "Exists" ? "" : "!") + one.key;
  }
  std::string values;
  for (const std::string& value : one.values) {
    values += (values.empty() ? "" : ",") + value;
  }
  return one.key + (one.how == "NotIn" ? " notin (" : " in (") + values + ")";
}

} // namespace

bool selects(const LabelSelector& selector, const std::map<std::string, std::string>& labels)
{
  const bool all_match = std::ranges::all_of(selector.match, [&](const auto& wanted) {
    const auto label = labels.find(wanted.first);
    return label != labels.end() && label->second == wanted.second;
  });
  return all_match && std::ranges::all_of(selector.expressions,
                                          [&](const auto& one) { return holds(one, labels); });
}

std::string to_text(const LabelSelector& selector)
{
  std::string text;
  for (const auto& [key, value] : selector.match) {
    text += (text.empty() ? "" : ",") + key + "=" + value;
  }
  for (const LabelSelector::Expression& one : selector.expressions) {
    text += (text.empty() ? "" : ",") + to_text(one);
  }
  return text;
}

} // namespace iplease
