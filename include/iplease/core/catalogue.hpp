// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace iplease {

/// What a permanent id means: one row of src/core/catalogue/<area>.def. Ids are for ever; one
/// that is no longer used stays, so that an old log can still be explained.
struct CatalogueEntry {
  std::string_view id{};    ///< IPL-<AREA>-<NNN>
  std::string_view title{}; ///< one sentence without a full stop
  std::string_view cause{}; ///< why it usually happens
  std::string_view fix{};   ///< what to do, commands where possible
  bool risk = false;        ///< `--accept-risk ID` goes past it
};

/// All entries, by area and number.
[[nodiscard]] std::span<const CatalogueEntry> catalogue();
/// Nothing when there is no such id; case does not matter.
[[nodiscard]] const CatalogueEntry* find_entry(std::string_view id);
/// A word as ids are written, in capitals: people type what is easy.
[[nodiscard]] std::string as_id(std::string_view word);
/// The text of `iplease explain ID`.
[[nodiscard]] std::string explain_text(const CatalogueEntry& entry);
/// Where the site of this version speaks of it: ".../errors.html#ipl-mlb-004".
[[nodiscard]] std::string docs_link(std::string_view id);
/// Fills cause and fix from the catalogue where the problem has none of its own.
[[nodiscard]] Problem with_catalogue(Problem problem);

} // namespace iplease
