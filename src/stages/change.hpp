// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace iplease::stages {

/// The fields that a stage changes in an object that is there, as a patch and in words. What is not
/// set here stays as it is: labels, annotations and fields of the operator's.
class Change {
public:
  /// `what` as people name it. `version` is the resourceVersion that was seen: with it the server
  /// refuses the patch when anybody wrote in between; empty where an earlier step of the same plan
  /// makes the object move on.
  Change(std::string what, const std::string& version);
  /// Sets one field; null removes it. `was` is its old value in words, empty: it had none; `is`
  /// the new one where the value itself does not read well.
  void set(const std::vector<std::string>& path,
           nlohmann::ordered_json value,
           const std::string& was,
           const std::string& is = {});
  /// An item of a list of a strategic patch; `words` tell it.
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
