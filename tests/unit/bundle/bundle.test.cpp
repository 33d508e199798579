// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>
#include <iplease/core/json.hpp>
#include <iplease/yaml/secrets.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace iplease;

namespace {

Masker taught()
{
  Masker masker;
  masker.learn(secrets_of_text(Secret("key: canary-wallet\nkeysecret: canary-phrase\n")));
  return masker;
}

void hides(const std::string& text, const std::vector<std::string>& stays = {})
{
  const std::string shown = bundle_text(text, taught());
  INFO(shown);
  CHECK(shown.find("canary") == std::string::npos);
  CHECK(shown.find("Y2FuYXJ5LXdhbGxldA") == std::string::npos);
  for (const std::string& word : stays) {
    CHECK(shown.find(word) != std::string::npos);
  }
}

std::string octal(const std::string& tar, std::size_t at, std::size_t size)
{
  return tar.substr(at, size);
}

} // namespace

TEST_CASE("a bundle hides secrets wherever they stand")
{
  SECTION("known ones, also coded, in text and in JSON")
  {
    hides("pod says canary-wallet and Y2FuYXJ5LXdhbGxldA==\n", {"pod says"});
    hides(R"({"items":[{"message":"got canary-phrase","canary-wallet":1}]})", {"got "});
    hides(R"({"a":"say \"canary-wallet\""})", {"say"});
  }
  SECTION("unknown ones by their name")
  {
    hides("level=info password=canary-unknown\n", {"level=info"});
    hides(R"({"apiToken":"canary-1","password":12345678,"tokens":["canary-2"]})", {"apiToken"});
    CHECK(bundle_text(R"({"password":12345678})", {}).find("1234") == std::string::npos);
    hides(R"({"env":[{"name":"X_TOKEN","value":"canary-3"},{"name":"REGION","value":"west"}]})",
          {"X_TOKEN", "west"});
    hides(R"({"kind":"Secret","data":{"a":"canary-4"},"metadata":{"name":"keeps"}})", {"keeps"});
    hides("proxy is http://user:canary-5@proxy.example.com\n", {"proxy.example.com"});
  }
  SECTION("in JSON line by line, behind a log's prefix, and within a string of JSON")
  {
    hides("{\"ns\":\"a\",\"token\":\"canary-1\"}\n{\"ns\":\"b\"}\nend\n", {"\"b\"", "end"});
    hides("[pod/x/c] {\"event\":\"up\",\"token\":\"canary-1\",\"key\":\"ns/svc\"}\n",
          {"[pod/x/c] ", "ns/svc"});
    hides(
        R"({"last-applied-configuration":"{\"env\":[{\"name\":\"A_KEY\",\"value\":\"canary-1\"}]}"})",
        {"A_KEY"});
    hides(R"({"data":{"config":"peers:\n- password: canary-1\n  port: 179\n"}})", {"port: 179"});
  }
  SECTION("a secret of several short lines beside a line of JSON")
  {
    Masker masker;
    masker.learn(Secret("one-1\ntwo-2\nthree"));
    CHECK(bundle_text("{\"a\":1}\none-1\ntwo-2\nthree\n", masker).find("two-2") ==
          std::string::npos);
  }
}

TEST_CASE("a bundle's text is plain, and what is no secret stays")
{
  CHECK(bundle_text("\x1b[31mred\x07\n", {}) == "red\\x07\n");
  CHECK(bundle_text(R"({"a":"x"})", {}).find('\x07') == std::string::npos);
  const std::string same = "$ kubectl -n akash-services get pods\nNAME  READY\n";
  CHECK(bundle_text(same, taught()) == same);
  CHECK(parsed_json(bundle_text(R"({"a":[1,2.5,null,true,"x"]})", taught())) ==
        parsed_json(R"({"a":[1,2.5,null,true,"x"]})"));
  CHECK(bundle_text("", {}).empty());
}

TEST_CASE("deep JSON overruns nothing")
{
  const std::string deep =
      std::string(100000, '[') + "\"canary-wallet\"" + std::string(100000, ']');
  hides(deep);
  hides("{\"a\":" + deep + "}");
  hides(std::string(100000, '{'));
}

TEST_CASE("the answers of a bundle")
{
  const std::vector<Answered> answers{
      {.command = {.argv = {"kubectl", "get", "nodes"}}, .result = {.out = "{}\n"}},
      {.command = {.argv = {"helm", "get", "values", "x"}},
       .result = {.exit_code = 1, .out = "key: [canary-cut\nfoo: canary-bar\n", .err = "no\n"},
       .secret = true}};
  const auto entries = answer_entries(answers);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0] == BundleEntry{"answers/01.out", "{}\n"});
  CHECK(entries[1].bytes.find("canary") == std::string::npos); // not YAML, so no value is kept
  CHECK(entries[1].bytes.find("foo") != std::string::npos);
  CHECK(entries[2] == BundleEntry{"answers/02.err", "no\n"});
  CHECK(entries[3].bytes == "01  exit 0  kubectl get nodes\n02  exit 1  helm get values x\n");
  CHECK(answer_entries({}).empty());
}

TEST_CASE("a bundle begins with what is in it and what is not")
{
  std::string long_text;
  while (long_text.size() < (3U << 20U)) {
    long_text += "a line of words\n";
  }
  const auto entries =
      bundle_entries({{"b.txt", "b\n"}, {"a.txt", long_text}},
                     {.made = "Made now.", .missing = {"journal of canary-wallet"}},
                     taught());
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "README.txt");
  CHECK(entries[0].bytes.find("Made now.") != std::string::npos);
  CHECK(entries[0].bytes.find("- journal of •••\n") != std::string::npos);
  CHECK(entries[1].name == "a.txt");
  CHECK(entries[1].bytes.starts_with("... its beginning is left out\n"));
  CHECK(entries[1].bytes.size() < (2U << 20U) + 100);
  CHECK(entries[2] == BundleEntry{"b.txt", "b\n"});
}

TEST_CASE("what a bundle asks the cluster for")
{
  CHECK(bundle_reads({}, {}).empty()); // no server answered
  Observation seen;
  seen.tools.server = "1.34.4";
  seen.metallb.controllers = {
      {.name_space = "lb", .name = "controller", .selector = {{"app", "metallb"}, {"b", "c"}}}};
  seen.ip_operator.deployment.value = {.name_space = "akash-services",
                                       .selector = {{"app", "operator"}}};
  std::vector<std::string> names;
  for (const BundleRead& read : bundle_reads(seen, {})) {
    names.push_back(read.name);
    const auto& words = read.command.argv;
    CHECK((std::ranges::count(words, "get") == 1 || std::ranges::count(words, "logs") == 1));
    if (read.name == "logs/metallb-controller-1.txt") {
      CHECK(std::ranges::count(words, "app=metallb,b=c") == 1);
      CHECK(std::ranges::count(words, "lb") == 1);
    }
  }
  CHECK(names == std::vector<std::string>{"pods/akash-services.txt",
                                          "events/akash-services.txt",
                                          "pods/lb.txt",
                                          "events/lb.txt",
                                          "pods/metallb-system.txt",
                                          "events/metallb-system.txt",
                                          "pods/kube-proxy.txt",
                                          "logs/kube-proxy.txt",
                                          "logs/metallb-controller-1.txt",
                                          "logs/ip-operator.txt"});
}

TEST_CASE("the archive is ustar, the same for the same files")
{
  const std::vector<BundleEntry> entries{{"a/b/c.txt", "hello"}, {"d", std::string(512, 'x')}};
  const std::string tar = tar_of(entries);
  CHECK(tar == tar_of(entries));
  CHECK(tar.size() == 512 * (1 + 1 + 1 + 1 + 2));
  CHECK(tar.substr(0, 6) == std::string("c.txt\0", 6));
  CHECK(tar.substr(345, 19) == std::string("iplease-bundle/a/b\0", 19));
  CHECK(octal(tar, 124, 11) == "00000000005");
  CHECK(tar.substr(257, 8) == std::string("ustar\00000", 8));
  CHECK(tar.substr(512, 6) == std::string("hello\0", 6));
  CHECK(bundle_word("../a b/" + std::string(100, 'x')) == ".._a_b_" + std::string(33, 'x'));
}
