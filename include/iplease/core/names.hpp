// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// MetalLB's namespace. Akash's IP operator finds MetalLB only here, by DNS.
inline constexpr const char* k_metallb_ns = "metallb-system";
/// Namespace of the provider and its operators.
inline constexpr const char* k_akash_ns = "akash-services";

} // namespace iplease
