// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/masked_runner.hpp>
#include <iplease/yaml/secrets.hpp>

#include <catch2/catch.hpp>

#include <support/fake_clock.hpp>
#include <support/scripted.hpp>

using namespace iplease;
using namespace iplease::test;

namespace {

constexpr const char* k_values = R"(from: akash1canbeseen
key: "Y2FuYXJ5LXdhbGxldC1rZXkK"
keysecret: canary-key-secret
node: http://user:canary%2Dnode@rpc.example.com:26657
deep:
  list:
    - {apiToken: canary-api-token}
  env:
    - name: X_TOKEN
      value: canary-pair
    - name: REGION
      value: canbeseen-region
letsEncrypt:
  providers:
    cloudflare:
      zone: |
        canary-first-line
        canary-second-line
bidpricescript: canary-script
config: |
  password: canary-inner
)";

CommandResult through(const Command& command, const CommandResult& said, Masker& masker)
{
  FakeClock clock;
  ScriptedRunner scripted(clock);
  scripted.expect(shell_line(command.argv), said);
  MaskedRunner runner(scripted, masker);
  return run(runner, command);
}

CommandResult through(const Command& command, const CommandResult& said)
{
  Masker masker;
  masker.learn(secrets_of_text(Secret(k_values)));
  return through(command, said, masker);
}

} // namespace

TEST_CASE("A tool that repeats its whole values file tells nothing", "[cluster][masked]")
{
  const CommandResult result = through({.argv = {"helm", "upgrade", "-f", "provider.yaml"}},
                                       {.exit_code = 1, .out = k_values, .err = k_values});
  for (const std::string& text : {result.out, result.err}) {
    INFO(text);
    CHECK(text.find("canary") == std::string::npos);
    CHECK(text.find("Y2FuYXJ5") == std::string::npos);
    CHECK(text.find("akash1canbeseen") != std::string::npos);
    CHECK(text.find("canbeseen-region") != std::string::npos);
    CHECK(text.find("rpc.example.com") != std::string::npos);
  }
}

TEST_CASE("Secrets are masked in the shapes of an API server's refusal", "[cluster][masked]")
{
  const CommandResult result = through(
      {.argv = {"helm", "upgrade"}},
      {.exit_code = 1,
       .err =
           R"(The StatefulSet is invalid: "http://user:canary%2Dnode@rpc.example.com": )"
           R"(Value: {"K":"Y2FuYXJ5LWtleS1zZWNyZXQ=","zone":"canary-first-line\ncanary-second-line\n"})"
           " decoded canary-wallet-key and canary-node; http://a:unknown-password@b/c"});
  CHECK(result.err == R"(The StatefulSet is invalid: "http://•••@rpc.example.com": )"
                      R"(Value: {"K":"•••","zone":"•••"})"
                      " decoded ••• and •••; http://•••@b/c");
}

TEST_CASE("The input of a command is masked in what it says", "[cluster][masked]")
{
  Masker masker;
  const Command command{.argv = {"kubectl", "create", "-f", "-"},
                        .input = "spec:\n  password: canary-peer\n  myASN: 64500\n",
                        .secret_input = true};
  CHECK(through(command, {.exit_code = 1, .err = "bad canary-peer of 64500"}, masker).err ==
        "bad ••• of 64500");
  CHECK(through({.argv = {"later"}}, {.out = "canary-peer\n"}, masker).out == "•••\n");
}

TEST_CASE("Data keeps its bytes, but for what its messages tell", "[cluster][masked]")
{
  Masker masker;
  masker.learn(Secret("default"));
  const std::string data = R"({"name":"default","message":"no \"default\" here","reason":"x"})";
  CHECK(through({.argv = {"kubectl", "get", "-o", "json"}}, {.out = data}, masker).out ==
        R"({"name":"default","message":"no \"•••\" here","reason":"x"})");
  const std::string cut = R"({"message":"no \"default)";
  CHECK(through({.argv = {"kubectl", "get", "-o", "json"}}, {.out = cut}, masker).out ==
        R"({"message":"no \"•••)");
  const Command values{.argv = {"helm", "get", "values", "-o", "yaml"}};
  CHECK(through(values, {.out = "a: \x1b default\n", .err = "default"}, masker).out ==
        "a: \x1b default\n");
}

TEST_CASE("Terminal codes of a tool are gone before a secret is looked for", "[cluster][masked]")
{
  const CommandResult result = through({.argv = {"kubectl", "logs"}},
                                       {.out = "\x1b[90m4:05PM\x1b[0m canary-\x1b[1mkey-secret\a\n",
                                        .err = "a\x1b"
                                               "cb"});
  CHECK(result.out == "4:05PM •••\\x07\n");
  CHECK(result.err == R"(a\x1bcb)");
}

TEST_CASE("No half of a secret stays where an output was cut", "[cluster][masked]")
{
  const CommandResult result =
      through({.argv = {"helm"}}, {.err = "one\ncanary-key-s", .truncated = true});
  CHECK(result.err == "one\n");
}
