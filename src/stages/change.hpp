// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

/// The fields that a stage changes in an existing object, as a patch and in words. Everything else
/// stays: the operator's labels, annotations and fields.
class Change {
public:
  /// `what`: the object's name for people. `version`: the resourceVersion that was seen. With it
  /// the server refuses the patch if anybody wrote in between. Empty if an earlier step of the same
  /// plan changes the object.
  Change(std::string what, const std::string& version);
  /// Sets one field; null removes it. `was` is the old value in words, empty if there was none.
  /// `is` is the new one, if the value itself does not read well.
  void set(const std::vector<std::string>& path,
           nlohmann::ordered_json value,
           const std::string& was,
           const std::string& is = {});
  /// Adds an item to a list of a strategic patch; `words` describe it.
  void add_item(const std::vector<std::string>& path,
                nlohmann::ordered_json item,
                const std::string& words);
  [[nodiscard]] bool empty() const { return m_words.empty(); }
  /// The patch as YAML, for kubectl_patch.
  [[nodiscard]] std::string patch() const;
  /// The fields below `spec`, as the patch sets them.
  [[nodiscard]] nlohmann::ordered_json spec() const
  {
    return m_patch.value("spec", nlohmann::ordered_json::object());
  }
  /// One line for the plan: every field with its old and its new value.
  [[nodiscard]] std::string words() const;

private:
  nlohmann::ordered_json& at(const std::vector<std::string>& path);

  std::string m_what;
  nlohmann::ordered_json m_patch = nlohmann::ordered_json::object();
  std::vector<std::string> m_words{};
};

} // namespace iplease::stages
