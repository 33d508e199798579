// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace iplease {

namespace {

constexpr std::string_view k_charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::string_view k_human_part = "akash";
constexpr std::size_t k_length = 44; // "akash1", 32 characters for 20 bytes, 6 for the checksum

/// BIP 173's checksum over human-readable part and data; 1 if it is correct.
std::uint32_t polymod(const std::vector<std::uint8_t>& data)
{
  constexpr std::array<std::uint32_t, 5> generator{
      0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  const auto feed = [&](std::uint8_t value) {
    const std::uint32_t top = sum >> 25U;
    sum = ((sum & 0x1ffffffU) << 5U) ^ value;
    for (unsigned i = 0; i < generator.size(); ++i) {
      sum ^= ((top >> i) & 1U) != 0 ? generator[i] : 0U;
    }
  };
  for (const char c : k_human_part) {
    feed(static_cast<std::uint8_t>(c >> 5));
  }
  feed(0);
  for (const char c : k_human_part) {
    feed(static_cast<std::uint8_t>(c & 31));
  }
  for (const std::uint8_t value : data) {
    feed(value);
  }
  return sum;
}

/// Position (1-based, in the whole text) where replacing one character fixes the checksum; 0: none.
/// BIP 173 allows showing the position, and warns against showing the character.
std::size_t mistyped_at(std::vector<std::uint8_t> data)
{
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::uint8_t was = data[i];
    for (std::uint8_t value = 0; value < 32; ++value) {
      data[i] = value;
      if (value != was && polymod(data) == 1) {
        return k_human_part.size() + 2 + i;
      }
    }
    data[i] = was;
  }
  return 0;
}

std::string wrong_start(std::string_view text)
{
  for (const std::string_view other : {"akashvaloper1", "akashvalcons1", "akashpub1"}) {
    if (text.starts_with(other)) {
      return "it begins with \"" + std::string(other) +
             R"(": that is another kind of address; a wallet address begins with "akash1")";
    }
  }
  const std::size_t one = text.find('1');
  if (one != std::string_view::npos && one > 0) {
    return "it belongs to \"" + std::string(text.substr(0, one)) +
           R"("; an Akash wallet address begins with "akash1")";
  }
  return "it does not begin with \"akash1\" (is it the name of a key? "
         "`provider-services keys show NAME -a` prints the address)";
}

} // namespace

std::optional<std::string> why_not_akash_address(std::string_view text)
{
  if (text.empty()) {
    return "it is empty";
  }
  if (text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos) {
    return "it has capital letters; Akash writes addresses in small letters";
  }
  if (!text.starts_with("akash1")) {
    return wrong_start(text);
  }
  std::vector<std::uint8_t> data;
  for (std::size_t i = k_human_part.size() + 1; i < text.size(); ++i) {
    const std::size_t value = k_charset.find(text[i]);
    if (value == std::string_view::npos) {
      const auto c = static_cast<unsigned char>(text[i]);
      const std::string shown =
          c > ' ' && c < 0x7f ? "'" + std::string(1, text[i]) + "'" : "what stands";
      return shown + " at character " + std::to_string(i + 1) +
             " is never part of an address (1, b, i and o are left out on purpose)";
    }
    data.push_back(static_cast<std::uint8_t>(value));
  }
  if (text.size() != k_length) {
    return "it has " + std::to_string(text.size()) + " characters, an address has 44";
  }
  if (polymod(data) != 1) {
    const std::size_t at = mistyped_at(data);
    return at > 0 ? "its checksum does not fit; look at character " + std::to_string(at)
                  : std::string("its checksum does not fit; several characters are mistyped");
  }
  return std::nullopt;
}

} // namespace iplease
