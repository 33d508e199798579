// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace iplease;
using Catch::Matchers::Contains;

namespace {

const std::string k_one = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx";
const std::string k_other = "akash16l4nf3z6xttgk673q536p873axmy8c7aggre3g";

std::string why(const std::string& text)
{
  return why_not_akash_address(text).value_or("accepted");
}

} // namespace

TEST_CASE("Real wallet addresses are accepted", "[core][bech32]")
{
  CHECK(why(k_one) == "accepted");
  CHECK(why(k_other) == "accepted");
}

TEST_CASE("Any one changed character is refused, and its place is named", "[core][bech32]")
{
  const std::string charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7lbio1Q";
  for (const std::string& address : {k_one, k_other}) {
    for (std::size_t i = 0; i < address.size(); ++i) {
      for (const char c : charset) {
        std::string changed = address;
        changed[i] = c;
        if (changed == address) {
          continue;
        }
        INFO(changed);
        CHECK(why_not_akash_address(changed).has_value());
        if (i >= 6 && charset.find(c) < 32) {
          CHECK(why(changed) ==
                "its checksum does not fit; look at character " + std::to_string(i + 1));
        }
      }
    }
  }
}

TEST_CASE("Lost, doubled and swapped characters are refused", "[core][bech32]")
{
  CHECK_THAT(why(k_one.substr(0, 43)), Contains("it has 43 characters, an address has 44"));
  CHECK_THAT(why(k_one + "x"), Contains("it has 45 characters"));
  std::string swapped = k_one;
  std::swap(swapped[10], swapped[30]);
  CHECK_THAT(why(swapped), Contains("several characters"));
}

TEST_CASE("What was given instead of an address is named", "[core][bech32]")
{
  CHECK(why("") == "it is empty");
  CHECK_THAT(why("provider"), Contains("is it the name of a key?"));
  CHECK_THAT(why("cosmos1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"),
             Contains("belongs to \"cosmos\""));
  CHECK_THAT(why("akashvaloper1xmz9es9"), Contains("another kind of address"));
  CHECK_THAT(why("AKASH1XMZ9ES9AY9LN9X2M3Q8DLU0ALXF0LTCE7YKJFX"), Contains("capital letters"));
  CHECK_THAT(why("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjf "), Contains("at character 44"));
}
