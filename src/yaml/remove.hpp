// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/yaml/text_edit.hpp>

namespace iplease {

/// What takes an item, or an entry by its value, out of the text: its whole lines in block style,
/// the member with one comma in flow style. Comments on lines of their own stay.
[[nodiscard]] std::vector<Splice> remove_splices(const LocatedYaml& yaml, std::size_t node);

} // namespace iplease
