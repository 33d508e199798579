// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/strict_arp.hpp>
#include <iplease/yaml/values_edit.hpp>
#include <iplease/yaml/values_restore.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

const std::vector<std::string> k_attributes{"ip-lease", "feat-endpoint-ip"};

std::string edited_text(const std::string& text)
{
  const auto edit = edit_values(Secret(text), "f", {.attributes = k_attributes});
  REQUIRE(std::holds_alternative<ValuesEdit>(edit));
  return std::get<ValuesEdit>(edit).text;
}

std::map<std::string, MadeField> fields_of(const std::string& before, const std::string& after)
{
  std::map<std::string, MadeField> fields;
  for (const FieldChange& one : values_changes(Secret(before), Secret(after), k_attributes)) {
    fields[one.field] = {.was = one.was, .is = {one.is}};
  }
  return fields;
}

RestoredValues restored(const std::string& text, const std::map<std::string, MadeField>& fields)
{
  const auto back = restore_values(Secret(text), "f", fields);
  REQUIRE(std::holds_alternative<RestoredValues>(back));
  return std::get<RestoredValues>(back);
}

} // namespace

TEST_CASE("Every edit of a values file has its way back, byte for byte", "[yaml][values]")
{
  const std::string before = GENERATE(
      std::string("from: x\n"),
      std::string("from: x"),
      std::string("from: x\r\nipoperator: no # off\r\nkey: y\r\n"),
      std::string(
          "from: x\nipoperator: false\nattributes:\n  - key: region\n    value: eu # mine\n"),
      std::string("attributes:\n- key: ip-lease\n  value: \"false\"\n- key: a\n  value: b\nz: 1\n"),
      std::string("a: 1\nattributes:\n- {key: region, value: eu}\n# what follows\nz: 1\n"),
      std::string("{\"from\": \"x\", \"attributes\": [{\"key\": \"a\", \"value\": \"b\"}]}\n"),
      std::string("{\"from\": \"x\"}\n"),
      std::string("a: 1\nipoperator: true\nattributes:\n- key: ip-lease\n  value: true\n"));
  const std::string after = edited_text(before);
  INFO(after);
  CHECK(restored(after, fields_of(before, after)).text == before);
}

TEST_CASE("What came since stays, and what was changed since is told", "[yaml][values]")
{
  const std::string before = "from: x\nipoperator: false\n";
  const std::string after = edited_text(before);
  const auto fields = fields_of(before, after);
  SECTION("comments, order and other attributes")
  {
    const std::string now = "# new\n" + after + "- key: mine\n  value: \"true\"\nlast: 1 # word\n";
    std::string shaped = now;
    const std::size_t at = shaped.find("- key: mine");
    shaped.insert(at, after.find("\n  - key") != std::string::npos ? "  " : "");
    if (const std::size_t value = shaped.find("\n  value: \"true\"\nlast");
        value != std::string::npos && after.find("\n  - key") != std::string::npos) {
      shaped.insert(value + 1, "  ");
    }
    const RestoredValues back = restored(shaped, fields);
    CHECK(back.kept.empty());
    CHECK(back.text.starts_with("# new\nfrom: x\nipoperator: false\nattributes:\n"));
    CHECK(back.text.find("key: mine") != std::string::npos);
    CHECK(back.text.find("ip-lease") == std::string::npos);
    CHECK(back.text.ends_with("last: 1 # word\n"));
  }
  SECTION("a value of somebody else's")
  {
    std::string now = after;
    now.replace(now.find("ipoperator: true"), 16, "ipoperator: what");
    const RestoredValues back = restored(now, fields);
    CHECK(back.kept == std::vector<std::string>{"ipoperator is what, and we had made it true"});
    CHECK(back.text.find("ipoperator: what") != std::string::npos);
  }
  SECTION("it is as before already")
  {
    const RestoredValues back = restored(before, fields);
    CHECK(back.text == before);
    CHECK(back.changes.empty());
  }
}

TEST_CASE("strictARP has its way back, byte for byte", "[yaml][strict-arp]")
{
  const std::string before = GENERATE(std::string("mode: ipvs\nipvs:\n  strictARP: no # why\n"),
                                      std::string("mode: ipvs\nipvs:\n  a: 1\nz: 1\n"),
                                      std::string("mode: ipvs\nz: 1\n"),
                                      std::string(R"({"mode":"ipvs","ipvs":{"a":1}})"),
                                      std::string(R"({"mode":"ipvs","ipvs":{"strictARP":false}})"));
  const StrictArpWritten was = strict_arp_written(before);
  const auto after = set_strict_arp(before);
  REQUIRE(std::holds_alternative<std::string>(after));
  const auto back = restore_strict_arp(std::get<std::string>(after), was);
  REQUIRE(std::holds_alternative<std::string>(back));
  CHECK(std::get<std::string>(back) == before);
}
