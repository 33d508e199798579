// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/core/secret.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

std::string masked(const std::string& secret, const std::string& text)
{
  Masker masker;
  masker.learn(Secret(secret));
  return masker.masked(text);
}

} // namespace

TEST_CASE("A secret is masked in every shape in which a tool repeats it", "[core][mask]")
{
  const std::string secret = "pa?s/w\"o'rd+1";
  for (const std::string said : {R"(pa?s/w"o'rd+1)",
                                 "cGE/cy93Im8ncmQrMQ==",    // base64, as in a Secret's data
                                 "cGE_cy93Im8ncmQrMQ==",    // base64 for URLs
                                 "cGE/cy93Im8ncmQrMQo=",    // with a line break (echo | base64)
                                 "pa%3Fs%2Fw%22o%27rd%2B1", // in a URL
                                 "pa%3fs%2fw%22o%27rd%2b1", // the same in lower case
                                 R"(pa?s/w\"o'rd+1)",       // JSON, Go's %q
                                 R"(pa?s/w"o''rd+1)"}) {    // YAML in single quotes
    INFO(said);
    CHECK(masked(secret, "before " + said + " after") == "before ••• after");
  }
}

TEST_CASE("What a secret is the base64 of is secret, too", "[core][mask]")
{
  CHECK(masked("aHVudGVyMi1pcy1pdA==", "the key is hunter2-is-it") == "the key is •••");
  CHECK(masked("aHVudGVyMi1pcy1pdAo=", "the key is hunter2-is-it") == "the key is •••");
}

TEST_CASE("Each line of a secret with several lines is masked", "[core][mask]")
{
  const std::string key = "-----BEGIN KEY-----\ncanaryLineOfAPrivateKey==\nshort\n";
  CHECK(masked(key, "bad line canaryLineOfAPrivateKey== and short one") ==
        "bad line ••• and short one");
  CHECK(masked(key, "bad \"-----BEGIN KEY-----\\ncanaryLineOfAPrivateKey==\\nshort\"") ==
        "bad \"•••\"");
}

TEST_CASE("A short secret is masked where it stands alone", "[core][mask]")
{
  CHECK(masked("akash", "password akash, in akash-services of akash1abc: 'akash'.") ==
        "password •••, in akash-services of akash1abc: '•••'.");
  CHECK(masked("abc", "abc") == "abc");
  CHECK(masked("true", "install: true") == "install: true");
}

TEST_CASE("A secret within another one leaves no rest of it", "[core][mask]")
{
  Masker masker;
  masker.learn({Secret("canary-one"), Secret("canary-one-and-two")});
  CHECK(masker.masked("canary-one-and-two canary-one") == "••• •••");
}

TEST_CASE("A text that is no YAML tells its secrets line by line", "[core][mask]")
{
  Masker masker;
  masker.learn(secrets_by_line("domain: example.com\n"
                               "keysecret: \"canary-pass:word\"\n"
                               "key: |\n"
                               "  canaryLineOfAPrivateKey==\n"
                               "dns: {apiToken: canary-token-1, zone: z}\n"
                               "{\"password\":\"canary-json\",\"name\":\"provider\"}\n"));
  CHECK(masker.masked("bad: canary-pass:word, canaryLineOfAPrivateKey==, canary-token-1, "
                      "canary-json at example.com for provider") ==
        "bad: •••, •••, •••, ••• at example.com for provider");
  CHECK(named_secrets("canaryLineOfAPrivateKey==").empty());
  CHECK(secrets_by_line("key:\nname: provider\n").empty());
}

TEST_CASE("Values that mention a secret by any name are kept back whole", "[core][mask]")
{
  for (const char* text : {R"({"extraEnv":[{"name":"BGP_AUTH","value":"x"}]})",
                           "passphrase: x",
                           "encryptionKey: x",
                           "auth-key: x",
                           "privateKeyPath: x",
                           "encryption_key_file: x",
                           "apiKeys: [x]",
                           R"({"API_KEY":"x"})",
                           "image: https://user:word@registry.example/x"}) {
    INFO(text);
    CHECK(may_hold_secret(text));
  }
  for (const char* text : {R"({"tolerations":[{"key":"node-role.kubernetes.io/control-plane"}]})",
                           "topologyKey: kubernetes.io/hostname",
                           "keyboard: de",
                           "key: a"}) {
    INFO(text);
    CHECK_FALSE(may_hold_secret(text));
  }
}

TEST_CASE("What a log names as a secret is masked to the end of its line", "[core][mask]")
{
  CHECK(mask_named_secrets("key-password=hunter2 x\nopened: /run\ntoken: abc") ==
        "key-password=" + std::string(k_masked) + "\nopened: /run\ntoken:" + k_masked);
  CHECK(mask_named_secrets("dial tcp: timeout") == "dial tcp: timeout");
}
