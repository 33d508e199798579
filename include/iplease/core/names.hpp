// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// Where MetalLB lives: Akash's IP operator looks there and nowhere else (`metallb-system`, by
/// DNS).
inline constexpr const char* k_metallb_ns = "metallb-system";
/// Where the provider and its operators live.
inline constexpr const char* k_akash_ns = "akash-services";

} // namespace iplease
