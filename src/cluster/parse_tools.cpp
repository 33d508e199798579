// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <charconv>

namespace iplease {
namespace {

using json_access::small_integer;
using json_access::text;
using nlohmann::json;

bool digit(char c)
{
  return c >= '0' && c <= '9';
}

// The end of the version suffix "-rc.1+build" at `at`.
std::size_t suffix_end(std::string_view in, std::size_t at)
{
  const auto belongs = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '+';
  };
  while (at < in.size() && belongs(in[at])) {
    ++at;
  }
  return at;
}

// The end of the version at `from` ("1.2", "v1.2.3", "1.2.3-rc.1+build"); `from` if there is none.
std::size_t version_end(std::string_view in, std::size_t from)
{
  const std::size_t first = in.substr(from).starts_with('v') ? from + 1 : from;
  std::size_t at = first;
  int dots = 0;
  while (at < in.size() && (digit(in[at]) || (in[at] == '.' && at > first && digit(in[at - 1])))) {
    dots += in[at] == '.' ? 1 : 0;
    ++at;
  }
  if (dots == 0 || in[at - 1] == '.') {
    return from;
  }
  return at < in.size() && (in[at] == '-' || in[at] == '+') ? suffix_end(in, at) : at;
}

int number(std::string_view in)
{
  int value = 0;
  std::from_chars(in.data(), in.data() + in.size(), value);
  return value;
}

} // namespace

KubectlVersions parse_kubectl_version(std::string_view printed)
{
  const json all = parsed_json(printed);
  if (!all.is_object()) {
    return {};
  }
  return {.client = text(all, {"clientVersion", "gitVersion"}),
          .server = text(all, {"serverVersion", "gitVersion"})};
}

std::string parse_helm_version(std::string_view printed)
{
  // "v3.16.4", "v3.16.4+g7877b45", 'version.BuildInfo{Version:"v3.16", GitCommit:...}'
  for (std::size_t at = 0; at < printed.size(); ++at) {
    const bool starts = at == 0 || std::isalnum(static_cast<unsigned char>(printed[at - 1])) == 0;
    if (starts && (printed[at] == 'v' || digit(printed[at]))) {
      const std::size_t end = version_end(printed, at);
      if (end != at) {
        return (printed[at] == 'v' ? "" : "v") + std::string(printed.substr(at, end - at));
      }
    }
  }
  return {};
}

void split_chart(std::string_view chart, std::string& name, std::string& version)
{
  for (std::size_t at = chart.find('-'); at != std::string_view::npos;
       at = chart.find('-', at + 1)) {
    const std::size_t end = version_end(chart, at + 1);
    if (end != at + 1 && end == chart.size()) {
      name = chart.substr(0, at);
      version = chart.substr(at + 1);
      return;
    }
  }
  name = chart;
  version.clear();
}

std::optional<std::vector<ReleaseSeen>> parse_helm_list(std::string_view printed)
{
  const json all = parsed_json(printed);
  if (!all.is_array()) {
    return std::nullopt;
  }
  std::vector<ReleaseSeen> releases;
  for (const json& row : all) {
    ReleaseSeen release{.name = text(row, {"name"}),
                        .name_space = text(row, {"namespace"}),
                        .status = text(row, {"status"}),
                        .updated = text(row, {"updated"}),
                        .chart = text(row, {"chart"}),
                        .app_version = text(row, {"app_version"})};
    // The list prints revisions as text, the history as numbers.
    const std::string revision = text(row, {"revision"});
    release.revision = revision.empty() ? small_integer(row, {"revision"}) : number(revision);
    if (release.name.empty() || release.name_space.empty() || release.status.empty() ||
        release.chart.empty() || release.revision <= 0) {
      return std::nullopt;
    }
    split_chart(release.chart, release.chart_name, release.chart_version);
    releases.push_back(std::move(release));
  }
  return releases;
}

std::optional<ReleasePast> parse_helm_history(std::string_view printed, int revision)
{
  const json all = parsed_json(printed);
  if (!all.is_array()) {
    return std::nullopt;
  }
  bool known = false;
  int superseded = 0;
  ReleaseSeen previous;
  ReleasePast past{.before = "absent"};
  for (const json& row : all) {
    const ReleaseSeen one{.revision = small_integer(row, {"revision"}),
                          .status = text(row, {"status"}),
                          .chart = text(row, {"chart"})};
    known = known || one.revision == revision;
    if (one.status == "deployed") {
      past.deployed = std::max(past.deployed, one.revision);
    } else if (one.status == "superseded") {
      superseded = std::max(superseded, one.revision);
    }
    if (one.revision < revision && one.revision > previous.revision) {
      previous = one;
      past.before = release_line(one);
    }
  }
  past.deployed = past.deployed != 0 ? past.deployed : superseded;
  return known ? std::optional(past) : std::nullopt;
}

Usage parse_usage(std::string_view body)
{
  const json all = parsed_json(body);
  Usage usage;
  if (all.is_object()) {
    const auto read = [&](const char* key) -> std::optional<std::int64_t> {
      const auto at = all.find(key);
      return at != all.end() && at->is_number_integer() ? json_access::whole_number(*at)
                                                        : std::nullopt;
    };
    usage = {.available = read("Available"), .in_use = read("InUse")};
  }
  return usage;
}

std::optional<std::vector<IgnoredLeaseSeen>> parse_ignored_leases(std::string_view body)
{
  std::vector<IgnoredLeaseSeen> leases;
  if (body.find_first_not_of(" \n\r\t") == std::string_view::npos) {
    return leases; // HTTP 204
  }
  const json all = parsed_json(body);
  if (!all.is_object()) {
    return std::nullopt;
  }
  for (const auto& [path, entry] : all.items()) {
    leases.push_back({.lease = path,
                      .owner = path.substr(0, path.find('/')),
                      .last_error = json_access::text(entry, {"last-error"}),
                      .failures = json_access::integer(entry, {"failure-count"})});
  }
  return leases;
}

Seen<std::vector<IgnoredLeaseSeen>> ignored_leases(const CommandResult& answer)
{
  Seen<std::vector<IgnoredLeaseSeen>> out{.look = classify(answer), .why = why(answer)};
  if (answer.ok()) {
    auto leases = parse_ignored_leases(answer.out);
    out.look = leases ? Look::seen : Look::failed;
    out.why = leases ? "" : "/ignored-leases answered something that is no list of leases";
    out.value = std::move(leases).value_or(std::vector<IgnoredLeaseSeen>{});
  }
  return out;
}

std::string to_text(const IgnoredLeaseSeen& lease)
{
  return fmt::format("lease {} of owner {}: failed {} times, last with: {}",
                     lease.lease,
                     lease.owner,
                     lease.failures,
                     lease.last_error.empty() ? "no error told" : lease.last_error);
}

bool is_barrier(const CommandResult& result)
{
  // client-go's text for a 503 whose body is not a Status.
  return result.ended == Ended::exited && result.exit_code != 0 &&
         result.err.find("the server is currently unable to handle the request") !=
             std::string::npos;
}

std::string image_version(std::string_view image)
{
  image = image.substr(0, image.find('@'));
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.rfind(':');
  if (colon == std::string_view::npos || (slash != std::string_view::npos && colon < slash)) {
    return {};
  }
  std::string_view tag = image.substr(colon + 1);
  if (tag.starts_with('v') && tag.size() > 1 && digit(tag[1])) {
    tag.remove_prefix(1);
  }
  return std::string(tag);
}

bool before_0_13(std::string_view version)
{
  if (!version.starts_with("0.")) {
    return false;
  }
  const std::string_view minor = version.substr(2);
  return !minor.empty() && digit(minor[0]) && number(minor) < 13;
}

} // namespace iplease
