// SPDX-License-Identifier: Apache-2.0
#include "said_masked.hpp"

#include <iplease/cluster/parse.hpp>
#include <iplease/yaml/secrets.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace iplease {

namespace {

std::string base64(std::string_view text)
{
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t more = 0; more < 3; ++more) {
      const bool there = at + more < text.size();
      bits = (bits << 8U) | (there ? static_cast<unsigned char>(text[at + more]) : 0U);
    }
    for (const unsigned shift : {18U, 12U, 6U, 0U}) {
      out += digits[(bits >> shift) & 0x3FU];
    }
  }
  const std::size_t padding = (3 - text.size() % 3) % 3;
  return out.replace(out.size() - padding, padding, padding, '=');
}

void mask_word(std::string& text, const std::string& word)
{
  constexpr std::size_t too_short = 4; // masking "a" would tell nothing and hide everything
  for (std::size_t at = text.find(word); word.size() >= too_short && at != std::string::npos;
       at = text.find(word, at)) {
    text.replace(at, word.size(), k_masked);
  }
}

} // namespace

std::string said_masked(CommandResult answer, const std::vector<Secret>& secrets)
{
  for (const Secret& secret : secrets) {
    mask_word(answer.err, secret.reveal());
    mask_word(answer.err, base64(secret.reveal())); // as a Secret's `data` carries it
  }
  std::string lines;
  std::string_view rest = answer.err;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines += mask_line(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  answer.err = std::move(lines);
  return why(answer);
}

} // namespace iplease
