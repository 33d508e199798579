// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace iplease {

/// What a permanent id means: one row of src/core/catalogue/<area>.def. An unused id stays, so that
/// old logs can still be explained.
struct CatalogueEntry {
  std::string_view id{};    ///< IPL-<AREA>-<NNN>
  std::string_view title{}; ///< one sentence without a full stop
  std::string_view cause{}; ///< why it usually happens
  std::string_view fix{};   ///< what to do, commands where possible
  bool risk = false;        ///< `--accept-risk ID` accepts it
};

/// All entries, by area and number.
[[nodiscard]] std::span<const CatalogueEntry> catalogue();
/// Null if there is no such id. Ignores case.
[[nodiscard]] const CatalogueEntry* find_entry(std::string_view id);
/// Upper-cases a word, so that ids can be typed in lower case.
[[nodiscard]] std::string as_id(std::string_view word);
/// The text of `iplease explain ID`.
[[nodiscard]] std::string explain_text(const CatalogueEntry& entry);
/// Its section in this version's online docs: ".../errors.html#ipl-mlb-004".
[[nodiscard]] std::string docs_link(std::string_view id);
/// Fills an empty cause or fix from the catalogue.
[[nodiscard]] Problem with_catalogue(Problem problem);

} // namespace iplease
