// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/text_edit.hpp>

namespace iplease {

/// Removes an item, or an entry by its value: whole lines in block style, the member with one comma
/// in flow style. Comments on their own lines stay.
[[nodiscard]] std::vector<Splice> remove_splices(const LocatedYaml& yaml, std::size_t node);

} // namespace iplease
