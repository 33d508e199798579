// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/version.hpp>

#include <algorithm>
#include <cctype>

namespace iplease {
namespace {

#define PROBLEM(id, title, cause, fix) CatalogueEntry{id, title, cause, fix, false},
#define RISK(id, title, cause, fix) CatalogueEntry{id, title, cause, fix, true},
constexpr CatalogueEntry k_entries[] = {
#include "catalogue/areas.def"
};
#undef PROBLEM
#undef RISK

} // namespace

std::span<const CatalogueEntry> catalogue()
{
  return k_entries;
}

std::string as_id(std::string_view word)
{
  std::string id(word);
  std::ranges::transform(
      id, id.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return id;
}

const CatalogueEntry* find_entry(std::string_view id)
{
  const auto* found = std::ranges::find(k_entries, as_id(id), &CatalogueEntry::id);
  return found == std::ranges::end(k_entries) ? nullptr : found;
}

std::string docs_link(std::string_view id)
{
  std::string link = std::string(k_docs) + "errors.html#";
  for (const char c : id) {
    link += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return link;
}

std::string explain_text(const CatalogueEntry& entry)
{
  std::string text = std::string(entry.id) + ": " + std::string(entry.title) + "\n";
  text += "  cause   " + std::string(entry.cause) + "\n";
  text += "  fix     " + std::string(entry.fix) + "\n";
  return text + "  docs    " + docs_link(entry.id) + "\n";
}

Problem with_catalogue(Problem problem)
{
  if (const CatalogueEntry* entry = find_entry(problem.id); entry != nullptr) {
    if (problem.cause.empty()) {
      problem.cause = entry->cause;
    }
    if (problem.fix.empty()) {
      problem.fix = entry->fix;
    }
  }
  return problem;
}

} // namespace iplease
