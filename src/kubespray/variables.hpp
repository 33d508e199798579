// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/text_edit.hpp>

namespace iplease::kubespray {

/// One variable, or one key inside one, and its value.
struct Variable {
  std::vector<std::string> path{};
  NewYaml value{};
  bool append = false; ///< a list that must contain `value.items`; other items stay
  bool keep = false;   ///< only if it is not set
  [[nodiscard]] const std::string& name() const { return path.front(); }
};

/// What the release's role reads, in the order in which a person would write it. `config_exists`:
/// metallb_config exists, so its keys are set one by one.
[[nodiscard]] std::vector<Variable>
variables_for(const Release& release, const Wanted& wanted, bool config_exists);

/// Whether the inventory file is YAML, so that it can hold variables.
[[nodiscard]] bool is_yaml_inventory(const KubespraySeen& seen);
/// Where such a file holds variables of the whole cluster, lowest precedence first.
[[nodiscard]] const std::vector<std::vector<std::string>>& inventory_prefixes();

/// Whether the text, if it is YAML, has a value at `path`.
[[nodiscard]] bool defines(const std::string& text, const std::vector<std::string>& path);

/// set_in_yaml by Ansible's rules: `yes` is already true, and lists may be appended to.
[[nodiscard]] EditOutcome
set_variable(const std::string& text, const std::string& file, const Variable& variable);

} // namespace iplease::kubespray
