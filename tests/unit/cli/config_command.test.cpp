// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/schema.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using nlohmann::json;

namespace {

SettingsInput file(const std::string& body)
{
  SettingsInput input;
  input.file =
      FlagsText{"f.yaml", "/x", "apiVersion: iplease.akash.network/v1\nkind: Enablement\n" + body};
  return input;
}

} // namespace

TEST_CASE("A good file is valid and counted, and every value tells its source", "[cli][config]")
{
  std::string out;
  std::string err;
  const SettingsInput good = file(
      "pool: {addresses: [198.51.100.0/28], avoidBuggyIPs: true}\nmetallb: {values: {a: 1}}\n");
  CHECK(config_validate(good, false, out, err) == ExitCode::done);
  CHECK(out == "valid: 15 addresses in the pool\n");
  CHECK(err == "");
  CHECK(config_validate(good, true, out, err) == ExitCode::done);
  const json answer = parsed_json(out);
  CHECK(answer.at("pool").at("count") == 15);
  CHECK(answer.at("settings").at("pool.addresses").at("source") == "file");
  CHECK(answer.at("settings").at("metallb.values").at("value") == json{{"a", 1}});
  CHECK(answer.at("settings").at("provider.release").at("source") == "default");
}

TEST_CASE("Every setting is shown with its value, its source and its meaning", "[cli][config]")
{
  SettingsInput input = file("pool: {addresses: [198.51.100.0/28]}\ntimeouts: {metallb: 7m}\n"
                             "metallb: {values: {apiToken: hunter2}}\n");
  input.flags = {{"--timeout", "provider=9m"}};
  input.environment = {{"IPLEASE_METALLB_VERSION", "0.14.9"}};
  input.unfinished = R"({"strictARP": {"texts": ["leave"], "source": "flag", "where": "--set x"}})";
  const Settings settings = read_settings(input).settings;
  const std::string text = config_show(settings, false);
  const auto shows = [&](const std::string& lines) {
    CAPTURE(lines, text);
    CHECK(text.find(lines) != std::string::npos);
  };
  shows(
      "pool.addresses: [198.51.100.0/28]\n    from file: f.yaml:3\n    The public IPv4 addresses");
  shows("timeouts.metallb: 7m\n    from file: f.yaml:4\n");
  shows("timeouts.provider: 9m\n    from flag: --timeout\n");
  shows("metallb.version: 0.14.9\n    from environment: IPLEASE_METALLB_VERSION\n");
  shows("metallb.values: •••\n    from file: f.yaml:5\n");
  shows("strictARP: leave\n    from unfinished run: --set x\n");
  shows("cluster.context: (the kubeconfig's current context)\n    from default\n");
  const json answer = parsed_json(config_show(settings, true));
  CHECK(answer.at("type") == "settings");
  CHECK(answer.at("ui") == "1.0");
  CHECK(answer.at("settings").size() == setting_paths().size());
  CHECK(answer.at("settings").at("cluster.context").at("value").is_null());
  CHECK(answer.at("settings").at("pool.addresses").at("where") == "f.yaml:3");
  for (const std::string& path : setting_paths()) {
    shows(path + ": ");
    CHECK(answer.at("settings").at(path).at("help") == find_key(path)->help);
  }
  CHECK((text + answer.dump()).find("hunter2") == std::string::npos);
}

TEST_CASE("A bad file is answered with all problems and exit 2", "[cli][config]")
{
  std::string out;
  std::string err;
  CHECK(config_validate(file("pool: {adresses: []}\nstrictARP: on\n"), false, out, err) ==
        ExitCode::usage);
  CHECK(out == "");
  CHECK(err.find("f.yaml:3:8: pool.adresses: unknown key") != std::string::npos);
  CHECK(err.find("2 errors") != std::string::npos);
  CHECK(config_validate(file("strictARP: auto\n"), true, out, err) == ExitCode::usage);
  CHECK(parsed_json(out).at("problems").at(0).at("id") == "IPL-CFG-009");
}

TEST_CASE("A key is explained, an unknown one answered with the nearest", "[cli][config]")
{
  std::string out;
  std::string err;
  CHECK(config_explain("metallb.version", out, err) == ExitCode::done);
  CHECK(out.find("--metallb-version") != std::string::npos);
  CHECK(config_explain("pool.adresses", out, err) == ExitCode::usage);
  CHECK(err.find("did you mean pool.addresses?") != std::string::npos);
}
