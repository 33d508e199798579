// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace iplease {

/// The embedded text of templates/<name>.yaml; empty when there is none of that name.
[[nodiscard]] std::string_view template_text(std::string_view name);

} // namespace iplease
