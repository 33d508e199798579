// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/schema.hpp>

namespace iplease::checks {

using Result = std::optional<Refusal>;

/// Exactly x.y.z, in the range that works with Akash.
[[nodiscard]] Result metallb_version(std::string_view text);
/// "installed" or x.y.z.
[[nodiscard]] Result provider_chart(std::string_view text);
/// "auto" or x.y.z.
[[nodiscard]] Result operator_chart(std::string_view text);
/// vX.Y.Z, like Kubespray's release tags.
[[nodiscard]] Result kubespray_version(std::string_view text);
/// A Helm release name: a DNS label of at most 53 characters.
[[nodiscard]] Result release_name(std::string_view text);
[[nodiscard]] Result wallet_address(std::string_view text);
[[nodiscard]] Result status_url(std::string_view text);
/// A URL for `helm --repo`, or a folder.
[[nodiscard]] Result repository(std::string_view text);
/// A Linux network interface name.
[[nodiscard]] Result interface_name(std::string_view text);
/// A key of an Akash attribute.
[[nodiscard]] Result attribute_key(std::string_view text);
/// IPL-AREA-NNN.
[[nodiscard]] Result risk_id(std::string_view text);
/// Without blanks and control characters.
[[nodiscard]] Result one_word(std::string_view text);
/// Between one second and one day.
[[nodiscard]] Result duration(std::string_view text);
/// Not an empty text.
[[nodiscard]] Result not_empty(std::string_view text);

} // namespace iplease::checks
