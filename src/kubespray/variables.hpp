// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/text_edit.hpp>

namespace iplease::kubespray {

/// One variable, or one key inside of one, and its value.
struct Variable {
  std::vector<std::string> path{};
  NewYaml value{};
  bool append = false; ///< a list that must hold `value.items`; what else is in it stays
  bool keep = false;   ///< only if nothing is there
  [[nodiscard]] const std::string& name() const { return path.front(); }
};

/// What the release's role reads, in the order in which a person would write it.
/// `config_exists`: metallb_config is there already, so its keys are set one by one.
[[nodiscard]] std::vector<Variable>
variables_for(const Release& release, const Wanted& wanted, bool config_exists);

/// Whether the inventory file is YAML, so that variables may stand and be written in it.
[[nodiscard]] bool is_yaml_inventory(const KubespraySeen& seen);
/// Where variables of the whole cluster stand in such a file, lowest precedence first.
[[nodiscard]] const std::vector<std::vector<std::string>>& inventory_prefixes();

/// Whether the text, if it is YAML, has a value at `path`.
[[nodiscard]] bool defines(const std::string& text, const std::vector<std::string>& path);

/// set_in_yaml with Ansible's eyes: `yes` is true already, and lists may be appended to.
[[nodiscard]] EditOutcome
set_variable(const std::string& text, const std::string& file, const Variable& variable);

} // namespace iplease::kubespray
