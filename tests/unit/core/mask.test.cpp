// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/core/secret.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Secrets of an input are masked wherever a tool quotes them", "[core][mask]")
{
  const std::string input = "domain: example.com\n"
                            "keysecret: \"canary-pass:word\"\n"
                            "key: |\n"
                            "  canaryLineOfAPrivateKey==\n"
                            "dns: {apiToken: canary-token-1, zone: z}\n"
                            "{\"password\":\"canary-json\",\"name\":\"provider\"}\n";
  const std::string shown =
      mask_secrets_of(input,
                      "bad: canary-pass:word, canaryLineOfAPrivateKey==, canary-token-1, "
                      "canary-json at example.com for provider");
  CHECK(shown.find("canary") == std::string::npos);
  CHECK(shown == "bad: •••, •••, •••, ••• at example.com for provider");
}

TEST_CASE("Nothing else is masked", "[core][mask]")
{
  CHECK(mask_secrets_of("", "text") == "text");
  CHECK(mask_secrets_of("key:\nname: provider\n", "key provider |") == "key provider |");
}

TEST_CASE("What a log names as a secret is masked to the end of its line", "[core][mask]")
{
  CHECK(mask_named_secrets("key-password=hunter2 x\nopened: /run\ntoken: abc") ==
        "key-password=" + std::string(k_masked) + "\nopened: /run\ntoken:" + k_masked);
  CHECK(mask_named_secrets("dial tcp: timeout") == "dial tcp: timeout");
}
