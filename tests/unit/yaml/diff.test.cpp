// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/secrets.hpp>

#include <catch2/catch.hpp>

#include <random>

using namespace iplease;

TEST_CASE("Equal texts have no diff", "[yaml][diff]")
{
  CHECK(unified_diff("a\nb\n", "a\nb\n", "f") == "");
  CHECK(unified_diff("", "", "f") == "");
}

TEST_CASE("A unified diff has three lines of context and joins near hunks", "[yaml][diff]")
{
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "f") ==
        "--- f\n+++ f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
  CHECK(unified_diff("a\n", "", "f") == "--- f\n+++ f\n@@ -1 +0,0 @@\n-a\n");
  CHECK(unified_diff("", "a\n", "f") == "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n");
  CHECK(unified_diff("a", "a\n", "f") ==
        "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST_CASE("An edit script turns the old lines into the new ones", "[yaml][diff]")
{
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto lines = [&] {
      std::vector<std::string_view> result;
      const std::vector<std::string_view> words{"a", "b", "c", "d"};
      for (auto i = random() % 30; i > 0; --i) {
        result.push_back(words[random() % words.size()]);
      }
      return result;
    };
    const auto a = lines();
    const auto b = lines();
    std::vector<std::string_view> kept_a;
    std::vector<std::string_view> kept_b;
    for (const DiffLine& line : compare_lines(a, b)) {
      if (line.sign != '+') {
        kept_a.push_back(a[line.old_line]);
      }
      if (line.sign != '-') {
        kept_b.push_back(b[line.new_line]);
      }
      if (line.sign == ' ') {
        CHECK(a[line.old_line] == b[line.new_line]);
      }
    }
    CHECK(kept_a == a);
    CHECK(kept_b == b);
  }
}

TEST_CASE("Texts that share nothing are compared in bounded time", "[yaml][diff]")
{
  std::string a;
  std::string b;
  for (int i = 0; i < 20000; ++i) {
    a += "a" + std::to_string(i) + "\n";
    b += "b" + std::to_string(i) + "\n";
  }
  CHECK(unified_diff(a, b, "f").size() > a.size() + b.size());
}

TEST_CASE("No secret stands in a masked diff, whatever its style", "[yaml][diff][secrets]")
{
  const std::string token = "s3cr3t-t0ken";
  const std::string text =
      "# key: " + token + "\n" + "keysecret: >-\n  " + token + "\n  " + token + "\nkey: \"" +
      token + "\"\nletsEncrypt: {enabled: true, providers: {cloudflare: {email: " + token +
      ", list: [" + token + "]}}}\nregistry:\n  password: '" + token + "'\nshared: &s " + token +
      "\nother:\n  apiKey: *s\nnode: http://user:" + token + "@node:26657\nnote: end\n";
  const std::string diff = masked_diff(text, "first: 1\n" + text + "last: 2\n", "f");
  std::string changed = text;
  changed.replace(changed.rfind(token + "'"), 1, "S");
  const std::string all = masked_diff("", text, "f") + masked_diff(text, changed, "f") + diff;
  CHECK(all.find(token) == std::string::npos);
  CHECK(all.find("3cr3t") == std::string::npos);
  CHECK(masked_diff(text, changed, "f")
            .find("-  password: ••• (changed)\n+  password: ••• (changed)") != std::string::npos);
  CHECK(masked_diff(text, changed, "f").find("keysecret") == std::string::npos);
}

TEST_CASE("Context lines say that a secret is unchanged", "[yaml][diff][secrets]")
{
  CHECK(masked_diff("key: abc # mine\nkeysecret: |\n  one\n  two\nnode: x\n",
                    "key: abc # mine\nkeysecret: |\n  one\n  two\nnode: y\n",
                    "f") == "--- f\n+++ f\n@@ -2,4 +2,4 @@\n keysecret: ••• (unchanged)\n   •••\n  "
                            " •••\n-node: x\n+node: y\n");
}

TEST_CASE("A text that is not YAML shows none of its values", "[yaml][diff][secrets]")
{
  const std::string diff = masked_diff("key: [abc\n  def\n", "key: abc\n", "f");
  CHECK(diff.find("abc") == std::string::npos);
  CHECK(diff.find("def") == std::string::npos);
  CHECK(diff.find("-key: •••") != std::string::npos);
}

TEST_CASE("Key material is told from addresses, paths and prices", "[yaml][secrets]")
{
  CHECK(looks_like_secret("LS0tLS1CRUdJTiBURU5ERVJNSU5UIFBSSVZBVEUgS0VZLS0tLS0KZmFrZQo="));
  CHECK(looks_like_secret("0123456789abcdef0123456789abcdef"));
  CHECK_FALSE(looks_like_secret("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"));
  CHECK_FALSE(looks_like_secret("capabilities/gpu/vendor/nvidia/model/h100/ram/80Gi"));
  CHECK_FALSE(looks_like_secret("h100=840,*=840"));
  CHECK(secret_name("apiToken"));
  CHECK(secret_name("access_key"));
  CHECK_FALSE(secret_name("key"));
  CHECK(mask_line("# keysecret: abc") == "# keysecret: •••");
  CHECK(mask_line("  # - key: tee/platform") == "  # - key: tee/platform");
}
