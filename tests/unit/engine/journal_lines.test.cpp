// SPDX-License-Identifier: Apache-2.0
// A journal line is not trusted once a disk or an editor has changed it.
#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/platform/state_files.hpp>

#include <catch2/catch.hpp>

#include <limits>
#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

namespace {

/// The journal of a run killed during its second command.
std::string journal_text()
{
  const test::TempDir dir;
  test::FakeClock clock;
  const RunPlace place = new_run(dir.path(), clock);
  const auto journal = open_journal(
      dir.path(),
      {.cluster_uid = "6f0c",
       .command = "enable",
       .settings_json =
           R"({"pool.addresses":{"texts":["203.0.113.240/28"],"source":"flag","where":"--addresses"}})"},
      place,
      clock);
  Step edit{.id = "strict-arp/edit",
            .action = Run{.command = {.argv = {"kubectl", "patch", "configmap", "kube-proxy"}}},
            .subject = "strict-arp",
            .before = "false",
            .expect = "true"};
  edit.owes = {{.id = "restart-kube-proxy", .until = "pods are younger", .seen = "u 3 "}};
  journal->begin("strict-arp", edit);
  journal->finish("strict-arp", edit, {.took = std::chrono::milliseconds(9)});
  journal->paid("restart-kube-proxy");
  journal->begin("metallb",
                 {.id = "metallb/install",
                  .action = Run{.command = {.argv = {"helm", "upgrade", "metallb", "metallb"}}}});
  return test::slurp(place.directory + "/journal.jsonl");
}

/// The id of the refusal, or empty if the text is accepted.
std::string refusal(const std::string& text)
{
  try {
    (void)events_json(text);
  } catch (const EnvironmentError& error) {
    CHECK(error.problem().exit == ExitCode::cannot_write);
    return error.problem().id;
  }
  return "";
}

std::vector<std::string> lines_of(const std::string& text)
{
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    lines.push_back(text.substr(from, end + 1 - from));
    from = end + 1;
  }
  return lines;
}

/// The text as a version without checksums wrote it.
std::string without_sums(const std::string& text)
{
  std::string bare;
  for (const std::string& line : lines_of(text)) {
    auto event = parsed_ordered_json(line);
    event.erase("sum");
    bare += event.dump() + "\n";
  }
  return bare;
}

} // namespace

TEST_CASE("No flipped bit of a journal is believed", "[engine][journal]")
{
  const std::string text = journal_text();
  REQUIRE(refusal(text).empty());
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
      const std::string id = refusal(flipped);
      INFO("bit " << bit << " of byte " << at << ": " << flipped);
      REQUIRE((id == "IPL-RUN-013" || id == "IPL-RUN-003"));
    }
  }
}

TEST_CASE("A line that is missing, doubled or moved is damage", "[engine][journal]")
{
  const std::vector<std::string> lines = lines_of(journal_text());
  REQUIRE(lines.size() == 5);
  CHECK(refusal(lines[0] + lines[2] + lines[3]) == "IPL-RUN-013");
  CHECK(refusal(lines[1] + lines[2]) == "IPL-RUN-013");
  CHECK(refusal(lines[0] + lines[1] + lines[1] + lines[2]) == "IPL-RUN-013");
  CHECK(refusal(lines[0] + lines[2] + lines[1]) == "IPL-RUN-013");
  CHECK(refusal(lines[0] + without_sums(lines[1]) + lines[2]) == "IPL-RUN-013");
}

TEST_CASE("A journal without sums, as the first versions wrote it, is read", "[engine][journal]")
{
  const std::string old = without_sums(journal_text());
  CHECK(old.find("sum") == std::string::npos);
  CHECK(refusal(old).empty());
  CHECK(events_json(old).size() == 5);
}

TEST_CASE("A member of the wrong type is damage, never a fault of ours", "[engine][journal]")
{
  const auto with = [](std::size_t line, const char* key, const nlohmann::ordered_json& value) {
    std::vector<std::string> lines = lines_of(without_sums(journal_text()));
    auto event = parsed_ordered_json(lines.at(line));
    event[key] = value;
    lines.at(line) = event.dump() + "\n";
    std::string text;
    for (const std::string& one : lines) {
      text += one;
    }
    return text;
  };
  using Json = nlohmann::ordered_json;
  const auto [line, key] = GENERATE(table<std::size_t, const char*>({{0, "v"},
                                                                     {0, "seq"},
                                                                     {0, "settings"},
                                                                     {0, "command"},
                                                                     {0, "run"},
                                                                     {1, "ev"},
                                                                     {1, "t"},
                                                                     {1, "argv"},
                                                                     {1, "owes"},
                                                                     {1, "step"},
                                                                     {1, "subject"},
                                                                     {2, "rc"},
                                                                     {2, "ms"},
                                                                     {2, "pays"},
                                                                     {2, "ended"},
                                                                     {3, "debt"}}));
  for (const Json& wrong : {Json(nullptr),
                            Json(true),
                            Json(1.5),
                            Json::array({Json::array()}),
                            Json(std::uint64_t{1} << 63U),
                            Json(std::numeric_limits<std::uint64_t>::max())}) {
    INFO(key << " is " << wrong.dump());
    CHECK(refusal(with(line, key, wrong)) == "IPL-RUN-013");
  }
  CHECK(refusal(with(0, "settings", Json{{"a", {{"texts", "b"}}}})) == "IPL-RUN-013");
  CHECK(refusal(with(0, "settings", Json{{"a", {{"source", 1}}}})) == "IPL-RUN-013");
  CHECK(refusal(with(1, "owes", Json::array({{{"id", 1}}}))) == "IPL-RUN-013");
  CHECK(refusal(with(0, "keeps", Json::array({{{"subject", 1}}}))) == "IPL-RUN-013");
  CHECK(refusal(with(0, "keeps", Json::array({{{"fields", {1}}}}))) == "IPL-RUN-013");
  CHECK(refusal(with(0, "unknown", Json::array())).empty());
  CHECK(refusal("[]\n") == "IPL-RUN-013");
  CHECK(refusal("1\n{}\n") == "IPL-RUN-013");
}

TEST_CASE("No run is begun before the last one, whatever its number", "[engine][journal]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  make_private_directory(dir / "runs/first");
  write_private_file(dir / "runs/first/journal.jsonl",
                     "{\"v\":1,\"n\":0,\"ev\":\"run\",\"run\":\"first\",\"seq\":2147483647}\n");
  const RunPlace place{.directory = dir / "runs/second", .id = "second"};
  open_journal(dir.path(), {.command = "enable"}, place, clock)->close("done");
  const std::vector<RunSummary> runs = list_runs(dir.path());
  REQUIRE(runs.size() == 2);
  CHECK(runs.back().id == "second");
}
