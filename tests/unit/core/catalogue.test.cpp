// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/version.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <support/golden.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

namespace {

/// Every id in the product's sources, with a file that uses it.
std::map<std::string, std::string> ids_in_sources()
{
  std::map<std::string, std::string> ids;
  const std::regex shape("IPL-[A-Z]+-[0-9]{3}");
  for (const char* root : {"/../src", "/../include", "/../templates"}) {
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(std::string(IPLEASE_TEST_DATA) + root)) {
      if (!file.is_regular_file() || file.path().extension() == ".def") {
        continue;
      }
      const std::string text = test::slurp(file.path().string());
      for (std::sregex_iterator hit(text.begin(), text.end(), shape), end; hit != end; ++hit) {
        ids[hit->str()] = file.path().filename().string();
      }
    }
  }
  return ids;
}

std::string errors_page()
{
  std::string page =
      "# Errors and checks\n\n"
      "Written from src/core/catalogue/*.def by the tests (IPLEASE_TEST_ACCEPT=1); do not edit.\n"
      "The same text comes from `iplease explain ID`, offline. Ids are for ever.\n";
  std::string area;
  for (const CatalogueEntry& entry : catalogue()) {
    const std::string own(entry.id.substr(4, entry.id.rfind('-') - 4));
    if (own != area) {
      area = own;
      page += "\n## " + area + "\n";
    }
    page += "\n### " + std::string(entry.id) + "\n" + std::string(entry.title) +
            "\n\n- cause: " + std::string(entry.cause) + "\n- fix: " + std::string(entry.fix) +
            "\n";
  }
  return page;
}

} // namespace

TEST_CASE("Every id used in the sources is in the catalogue", "[core][catalogue]")
{
  const auto used = ids_in_sources();
  for (const auto& [id, file] : used) {
    INFO(id << " is used in " << file << " and has no line in src/core/catalogue/*.def");
    CHECK(find_entry(id) != nullptr);
  }
}

TEST_CASE("An id means one thing, and says it in full", "[core][catalogue]")
{
  std::set<std::string_view> ids;
  std::set<std::string_view> titles;
  std::string area;
  std::set<std::string> areas;
  std::string_view before;
  for (const CatalogueEntry& entry : catalogue()) {
    INFO(entry.id << ": " << entry.title);
    CHECK(std::regex_match(std::string(entry.id), std::regex("IPL-[A-Z]+-[0-9]{3}")));
    CHECK(ids.insert(entry.id).second);
    CHECK(titles.insert(entry.title).second);
    CHECK_FALSE(entry.title.empty());
    CHECK_FALSE(entry.title.ends_with('.'));
    CHECK_FALSE(entry.cause.empty());
    CHECK_FALSE(entry.fix.empty());
    const std::string own(entry.id.substr(0, entry.id.rfind('-')));
    if (own == area) {
      CHECK(before < entry.id); // sorted by number, so that a free one is easy to see
    } else {
      CHECK(areas.insert(own).second);
    }
    area = own;
    before = entry.id;
  }
}

TEST_CASE("What is marked as a risk says how it is taken, and nothing else does",
          "[core][catalogue]")
{
  int risks = 0;
  for (const CatalogueEntry& entry : catalogue()) {
    CAPTURE(entry.id);
    const std::string flag = "--accept-risk " + std::string(entry.id);
    CHECK(entry.risk == (entry.fix.find(flag) != std::string_view::npos));
    risks += entry.risk ? 1 : 0;
  }
  CHECK(risks > 5);
}

TEST_CASE("docs/errors.md is the catalogue", "[core][catalogue]")
{
  CHECK(test::differs_from_file("docs/errors.md", errors_page()) == "");
}

TEST_CASE("An id is found in any case and fills what a problem leaves open", "[core][catalogue]")
{
  REQUIRE(find_entry("ipl-mlb-004") != nullptr);
  CHECK(find_entry("IPL-MLB-4") == nullptr);
  const Problem filled = with_catalogue({.id = "IPL-MLB-004", .what = "w", .fix = "own"});
  CHECK(filled.cause == find_entry("IPL-MLB-004")->cause);
  CHECK(filled.fix == "own");
  CHECK(explain_text(*find_entry("IPL-MLB-004"))
            .ends_with(std::string("  docs    ") + k_docs + "errors.html#ipl-mlb-004\n"));
}
