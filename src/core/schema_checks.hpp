// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/schema.hpp>

namespace iplease::checks {

using Result = std::optional<Refusal>;

/// Exactly x.y.z inside the range that works with Akash.
[[nodiscard]] Result metallb_version(std::string_view text);
/// "installed" or x.y.z.
[[nodiscard]] Result provider_chart(std::string_view text);
/// "auto" or x.y.z.
[[nodiscard]] Result operator_chart(std::string_view text);
/// vX.Y.Z, as Kubespray tags its releases.
[[nodiscard]] Result kubespray_version(std::string_view text);
/// A Helm release: a DNS label of at most 53 characters.
[[nodiscard]] Result release_name(std::string_view text);
[[nodiscard]] Result wallet_address(std::string_view text);
[[nodiscard]] Result status_url(std::string_view text);
/// What `helm --repo` can read, or a folder.
[[nodiscard]] Result repository(std::string_view text);
/// A Linux network interface.
[[nodiscard]] Result interface_name(std::string_view text);
/// A key of an Akash attribute.
[[nodiscard]] Result attribute_key(std::string_view text);
/// IPL-AREA-NNN.
[[nodiscard]] Result risk_id(std::string_view text);
/// No blanks or control characters in it.
[[nodiscard]] Result one_word(std::string_view text);
/// Between one second and one day.
[[nodiscard]] Result duration(std::string_view text);
/// Anything but nothing.
[[nodiscard]] Result not_empty(std::string_view text);

} // namespace iplease::checks
