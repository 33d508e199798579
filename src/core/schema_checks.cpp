// SPDX-License-Identifier: Apache-2.0
#include "schema_checks.hpp"

#include <iplease/core/bech32.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/nearest.hpp>

#include <algorithm>
#include <array>
#include <regex>

namespace iplease::checks {

namespace {

Refusal form(std::string what, std::string fix)
{
  return {"IPL-CFG-006", std::move(what), std::move(fix)};
}

std::string quoted(std::string_view text)
{
  return "\"" + std::string(text) + "\"";
}

bool matches(std::string_view text, const char* pattern)
{
  return text.size() <= 1000 && std::regex_match(text.begin(), text.end(), std::regex(pattern));
}

/// x.y.z as numbers; nullopt for anything else.
std::optional<std::array<int, 3>> version(std::string_view text)
{
  if (!matches(text, "(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})")) {
    return std::nullopt;
  }
  std::array<int, 3> numbers{};
  std::size_t part = 0;
  for (const char c : text) {
    if (c == '.') {
      ++part;
    } else {
      numbers[part] = numbers[part] * 10 + (c - '0');
    }
  }
  return numbers;
}

Refusal not_a_version(std::string_view text, const std::string& or_word)
{
  if (text.starts_with('v') && version(text.substr(1))) {
    return form(quoted(text) + ": charts are numbered without the v",
                "write " + std::string(text.substr(1)));
  }
  if (text.find_first_of("^~<>=*x ") != std::string_view::npos && !or_word.empty() &&
      !nearest(text, {or_word}).empty()) {
    return form(quoted(text) + " is neither " + or_word + " nor a version", "write " + or_word);
  }
  return form(quoted(text) + " is not an exact version",
              "write all three numbers, such as 0.14.8" +
                  (or_word.empty() ? "" : ", or " + or_word));
}

Result chart(std::string_view text, const std::string& word)
{
  if (text == word || version(text)) {
    return std::nullopt;
  }
  if (const std::string meant = nearest(text, {word}); !meant.empty()) {
    return form(quoted(text) + " is neither " + word + " nor a version",
                "did you mean " + word + "?");
  }
  return not_a_version(text, word);
}

} // namespace

Result metallb_version(std::string_view text)
{
  const auto numbers = version(text);
  if (!numbers) {
    return not_a_version(text, "");
  }
  if (*numbers < std::array<int, 3>{0, 13, 5}) {
    return form(quoted(text) +
                    " is older than 0.13.5, the first release that knows every field of the pool",
                "leave the key out (0.14.8), or give 0.13.5 to 0.15.3");
  }
  if (*numbers > std::array<int, 3>{0, 15, 3}) {
    return form(quoted(text) +
                    " is newer than 0.15.3: from 0.16 on MetalLB serves its metrics only by HTTPS "
                    "with a token, and Akash's IP operator reads them by plain HTTP",
                "leave the key out (0.14.8), or give 0.13.5 to 0.15.3");
  }
  return std::nullopt;
}

Result provider_chart(std::string_view text)
{
  return chart(text, "installed");
}

Result operator_chart(std::string_view text)
{
  return chart(text, "auto");
}

Result kubespray_version(std::string_view text)
{
  if (text.starts_with('v') && version(text.substr(1))) {
    return std::nullopt;
  }
  return form(quoted(text) + " is not a Kubespray release",
              "write it as Kubespray tags it: v2.31.0");
}

Result release_name(std::string_view text)
{
  if (text.size() <= 53 && matches(text, "[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
    return std::nullopt;
  }
  return form(quoted(text) + " cannot be the name of a Helm release",
              "small letters, digits and hyphens, at most 53; `helm list -A` shows the names");
}

Result wallet_address(std::string_view text)
{
  if (const auto why = why_not_akash_address(text)) {
    return Refusal{"IPL-CFG-016",
                   quoted(text) + " is not a wallet address: " + *why,
                   "copy it again: `provider-services keys show NAME -a`"};
  }
  return std::nullopt;
}

Result status_url(std::string_view text)
{
  if (matches(text, "https?://[^/?#@ ]+(/[^ ]*)?")) {
    return std::nullopt;
  }
  return form(quoted(text) + " is not a web address",
              "write it as https://provider.example.com:8443/status");
}

Result repository(std::string_view text)
{
  if (text.starts_with("oci://")) {
    return form(quoted(text) + ": `helm --repo` does not read OCI registries",
                "give the https:// address of the chart repository, or a local folder");
  }
  if (!url_credentials(text).empty()) {
    return Refusal{"IPL-CFG-070",
                   "the address of the repository has a user or a password in it, which helm would "
                   "show to every user of this host",
                   {}};
  }
  const std::size_t scheme = text.find("://");
  const bool web = matches(text, "https?://[^/?# ]+(/[^ ]*)?");
  if (text.empty() || (scheme != std::string_view::npos && !web)) {
    return form(quoted(text) + " is neither a web address nor a folder",
                "give an https:// address or the path of a folder with charts");
  }
  return std::nullopt;
}

Result interface_name(std::string_view text)
{
  // Linux, net/core/dev.c: dev_valid_name(); IFNAMSIZ is 16 with the terminating zero.
  const bool named = !text.empty() && text.size() <= 15 && text != "." && text != "..";
  if (named && text.find_first_of("/:[], \t\n\v\f\r") == std::string_view::npos) {
    return std::nullopt;
  }
  return form(quoted(text) + " cannot be a network interface",
              "at most 15 bytes, no blank, `/`, `:` or bracket; on the command line a list is "
              "eth0,eth1; `ip -br link` on a node shows the names");
}

Result attribute_key(std::string_view text)
{
  if (matches(text, "[A-Za-z0-9][A-Za-z0-9_./-]*")) {
    return std::nullopt;
  }
  return form(quoted(text) + " cannot be the key of an attribute",
              "give only the key, such as ip-lease; each is set to \"true\"");
}

Result risk_id(std::string_view text)
{
  const bool counted = matches(text, "undo\\.leases=[1-9][0-9]{0,5}");
  if (counted || (matches(text, "IPL-[A-Z]+-[0-9]{3}") && find_entry(text) != nullptr)) {
    return std::nullopt;
  }
  std::vector<std::string> ids;
  for (const CatalogueEntry& entry : catalogue()) {
    ids.emplace_back(entry.id);
  }
  const std::string meant = nearest(text, ids);
  return form(quoted(text) + " is not the id of a risk (there is no `all`)",
              "copy the id from the message that asked for it" +
                  (meant.empty() ? "" : "; did you mean " + meant + "?"));
}

Result one_word(std::string_view text)
{
  const bool blank = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
  });
  if (text.empty() || blank) {
    return form(text.empty() ? "it is empty" : quoted(text) + " has blanks in it", "give one word");
  }
  return std::nullopt;
}

Result duration(std::string_view text)
{
  const auto value = parse_duration(text);
  if (!value) {
    const bool bare =
        !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    return form(quoted(text) + " is not a duration",
                bare ? "add the unit: " + std::string(text) + "s or " + std::string(text) + "m"
                     : "write 90s, 5m or 1h30m");
  }
  if (*value < std::chrono::seconds{1} || *value > std::chrono::hours{24}) {
    return form(quoted(text) + " is not between 1s and 24h", "write 90s, 5m or 1h30m");
  }
  return std::nullopt;
}

Result not_empty(std::string_view text)
{
  return text.empty() ? Result(form("it is empty", "give a value or leave the key out"))
                      : std::nullopt;
}

} // namespace iplease::checks
