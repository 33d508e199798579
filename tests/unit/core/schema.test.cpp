// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/nearest.hpp>
#include <iplease/core/schema.hpp>

#include <catch2/catch.hpp>

#include <regex>
#include <set>
#include <support/support.hpp>

using namespace iplease;
using namespace std::chrono_literals;

TEST_CASE("Every key says what it is, once", "[core][schema]")
{
  std::set<std::string_view> paths;
  std::set<std::string_view> flags;
  for (const SettingKey& key : setting_keys()) {
    INFO(key.path);
    CHECK(paths.insert(key.path).second);
    CHECK((key.flag.empty() || flags.insert(key.flag).second));
    CHECK((key.flag.empty() || find_flag(key.flag) == &key));
    CHECK_FALSE(key.help.empty());
    CHECK_FALSE(key.fallback.empty());
    CHECK_FALSE(key.example.empty());
    CHECK(key.slot != nullptr);
    CHECK((key.type == KeyType::choice) == !key.choices.empty());
  }
  CHECK(find_key("timeouts.metallb") != nullptr);
  CHECK(find_key("timeouts.<stage>") == nullptr);
  CHECK(find_key("timeouts") == nullptr);
  CHECK(find_key("metallb") == nullptr);
  CHECK(environment_name(*find_key("cluster.uid")) == "IPLEASE_EXPECT_CLUSTER");
  CHECK(environment_name(*find_key("strictARP")) == "");
}

TEST_CASE("The stages of the settings are those of the registry", "[core][schema]")
{
  std::vector<std::string> ids;
  const std::string text = test::data("../src/stages/stages.def");
  const std::regex row("STAGE\\([a-z_]+, \"([a-z-]+)\"");
  for (std::sregex_iterator hit(text.begin(), text.end(), row), end; hit != end; ++hit) {
    ids.push_back((*hit)[1]);
  }
  const auto names = stage_names();
  CHECK(ids == std::vector<std::string>(names.begin(), names.end()));
}

TEST_CASE("Durations are hours, minutes and seconds in that order", "[core][schema]")
{
  CHECK(parse_duration("5m") == 300s);
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("1h30m") == 5400s);
  CHECK(parse_duration("1h0m5s") == 3605s);
  for (const char* bad :
       {"", "5", "m", "5m5", "5s5m", "5m5m", "1.5h", "-5m", " 5m", "5d", "99999999s"}) {
    INFO(bad);
    CHECK_FALSE(parse_duration(bad).has_value());
  }
  for (const auto value : {1s, 59s, 60s, 3600s, 3661s, 86400s}) {
    CHECK(parse_duration(duration_text(value)) == value);
  }
}

TEST_CASE("The nearest name is a guess worth making, or none", "[core][nearest]")
{
  CHECK(edit_distance("helm", "hlem") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("Adopt", "adopt") == 0);
  CHECK(nearest("adresses", {"addresses", "interfaces"}) == "addresses");
  CHECK(nearest("kubespary", {"helm", "kubespray", "adopt"}) == "kubespray");
  CHECK(nearest("avoidbuggyips", {"avoidBuggyIPs"}) == "avoidBuggyIPs");
  CHECK(nearest("x", {"helm", "kubespray"}) == "");
  CHECK(nearest("foo", {"pool"}) == "");
  CHECK(nearest("tcsh", {"bash", "zsh", "fish"}) == "");
  CHECK(nearest("", {"helm"}) == "");
}

TEST_CASE("What is missing is named as flag and as file key", "[core][schema]")
{
  Settings settings;
  auto missing = missing_settings(settings);
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].id == "IPL-CFG-009");
  CHECK(missing[0].fix.find("--pool VALUE") != std::string::npos);
  CHECK(missing[0].fix.find("`pool.addresses: [198.51.100.32/28") != std::string::npos);
  settings.metallb.install.value = MetallbInstall::kubespray;
  settings.metallb.kubespray.run.value = true;
  CHECK(missing_settings(settings).size() == 3);
}
