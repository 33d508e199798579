// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

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
  const json answer = json::parse(out);
  CHECK(answer.at("pool").at("count") == 15);
  CHECK(answer.at("settings").at("pool.addresses").at("source") == "file");
  CHECK(answer.at("settings").at("metallb.values").at("value") == json{{"a", 1}});
  CHECK(answer.at("settings").at("provider.release").at("source") == "default");
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
  CHECK(json::parse(out).at("problems").at(0).at("id") == "IPL-CFG-009");
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
