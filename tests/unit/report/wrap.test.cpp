// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/wrap.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Lines break between words and keep their indentation", "[report][wrap]")
{
  CHECK(wrap("one two three four five six", 20) == "one two three four\nfive six\n");
  CHECK(wrap("  one two three four five", 20) == "  one two three four\n  five\n");
  CHECK(wrap("  one two three four five", 20, 4) == "  one two three four\n      five\n");
  CHECK(wrap("a\n\nb\n", 20) == "a\n\nb\n");
}

TEST_CASE("A word wider than the window stays whole, so that it can be copied", "[report][wrap]")
{
  CHECK(wrap("see https://provider.example.com:8443/status now", 20) ==
        "see\nhttps://provider.example.com:8443/status\nnow\n");
}

TEST_CASE("Columns count characters, wide ones twice, marks not at all", "[report][wrap]")
{
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("é–") == 2);
  CHECK(columns_of("e\xCC\x81") == 1);
  CHECK(columns_of("／🙂") == 4);
}
