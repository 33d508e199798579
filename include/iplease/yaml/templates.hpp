// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace iplease {

/// The embedded text of templates/<name>.yaml; empty if there is none.
[[nodiscard]] std::string_view template_text(std::string_view name);

} // namespace iplease
