// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/engine/ended.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace iplease {
namespace {

bool has(std::string_view text, std::string_view part)
{
  return text.find(part) != std::string_view::npos;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& parts)
{
  return std::any_of(
      parts.begin(), parts.end(), [&](std::string_view part) { return has(text, part); });
}

// A wrong file or context is not an answer of the cluster. Checked before "not found".
constexpr std::array<std::string_view, 5> k_wrong_access{"context was not found",
                                                         "\" does not exist",
                                                         "no such file or directory",
                                                         "error loading config file",
                                                         "invalid configuration"};

// The API server reports a fault behind it.
constexpr std::array<std::string_view, 4> k_behind{"error trying to reach service",
                                                   "(ServiceUnavailable)",
                                                   "(InternalError)",
                                                   "command terminated with exit code"};

// Without valid credentials everything is forbidden.
constexpr std::array<std::string_view, 5> k_forbidden{
    "(Forbidden)",
    "is forbidden:",
    "Unauthorized",
    "must be logged in",
    "asked for the client to provide credentials"};

constexpr std::array<std::string_view, 13> k_unreachable{"Unable to connect to the server",
                                                         "Kubernetes cluster unreachable",
                                                         "was refused - did you specify",
                                                         "connection refused",
                                                         "connection reset by peer",
                                                         "i/o timeout",
                                                         "no route to host",
                                                         "no such host",
                                                         "network is unreachable",
                                                         "TLS handshake timeout",
                                                         "context deadline exceeded",
                                                         "Client.Timeout exceeded",
                                                         "x509:"};

// `helm template` contacts only the repository.
constexpr std::array<std::string_view, 4> k_no_repository{
    "is not a valid chart repository or cannot be reached", "dial tcp", "i/o timeout", "x509:"};
constexpr std::array<std::string_view, 3> k_no_chart{
    "no chart version found", "no chart name found", ".tgz\" not found"};

constexpr std::array<std::string_view, 5> k_absent{"(NotFound)",
                                                   "release: not found",
                                                   "doesn't have a resource type",
                                                   "no matches for kind",
                                                   "could not find the requested resource"};

Look classify_text(std::string_view err)
{
  if (has_any(err, k_behind)) {
    return Look::failed;
  }
  if (has_any(err, k_forbidden)) {
    return Look::forbidden;
  }
  if (has_any(err, k_wrong_access)) {
    return Look::failed;
  }
  if (has_any(err, k_unreachable)) {
    return Look::unreachable;
  }
  return has_any(err, k_absent) ? Look::absent : Look::failed;
}

bool is_noise(std::string_view line)
{
  // klog lines of the discovery client: "E1123 08:47:12.345678    4711 memcache.go:265] ..."
  const bool klog =
      line.size() > 5 && (line[0] == 'E' || line[0] == 'W' || line[0] == 'I') &&
      std::all_of(line.begin() + 1, line.begin() + 5, [](char c) { return c >= '0' && c <= '9'; });
  return line.empty() || klog || line.starts_with("Warning:") || line.starts_with("WARNING:");
}

std::vector<std::string_view> lines_of(std::string_view text)
{
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string between(std::string_view line, std::string_view before, std::string_view after)
{
  const std::size_t from = line.find(before);
  if (from == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = line.substr(from + before.size());
  const std::size_t end = rest.find(after);
  return end == std::string_view::npos ? std::string{} : std::string(rest.substr(0, end));
}

/// One line of a tool, for people. A refused patch quotes the whole patch before the reason, so
/// both ends are kept. kubectl says "error: error loading config file".
std::string told(std::string_view line)
{
  constexpr std::string_view twice = "error: error ";
  line.remove_prefix(line.starts_with(twice) ? twice.find(' ') + 1 : 0);
  return both_ends(line, 160, 240);
}

} // namespace

Look classify(const CommandResult& result)
{
  switch (result.ended) {
  case Ended::exited:
    return result.exit_code == 0 ? Look::seen : classify_text(result.err);
  case Ended::timed_out:
    return Look::unreachable;
  default:
    return Look::failed;
  }
}

Look chart_look(const CommandResult& rendered)
{
  const std::string_view err = rendered.err;
  if (has_any(err, k_no_repository) || rendered.ended == Ended::timed_out) {
    return Look::unreachable;
  }
  const bool unlisted = has(err, "chart \"") && has(err, " not found in ");
  return unlisted || has_any(err, k_no_chart) ? Look::absent : Look::failed;
}

std::string why(const CommandResult& result)
{
  constexpr std::size_t limit = 600;
  switch (result.ended) {
  case Ended::not_found:
    return "not found on PATH";
  case Ended::not_started:
    return result.err.empty() ? "could not be started" : result.err;
  case Ended::timed_out:
    return fmt::format("no answer within {} s", result.took.count() / 1000);
  case Ended::signalled:
    return fmt::format("{}: {}", ended_words(result), signal_reason(result.exit_code));
  case Ended::exited:
    break;
  }
  std::string text;
  for (const std::string_view line : lines_of(result.err)) {
    if (!is_noise(line) && text.size() < limit) {
      text += text.empty() ? "" : "; ";
      text += told(line);
    }
  }
  if (text.empty()) {
    text = result.exit_code == 0 ? "" : ended_words(result);
  }
  if (text.size() > limit) {
    constexpr std::string_view more = "...";
    text = std::string(first_bytes(text, limit - more.size())) + std::string(more);
  }
  return text;
}

std::string forbidden_line(const CommandResult& result,
                           std::string_view plural,
                           std::string_view name,
                           std::string_view name_space)
{
  const std::string phrase = fmt::format("{} \"{}\" is forbidden", plural, name);
  const std::string place = fmt::format("in the namespace \"{}\"", name_space);
  for (const std::string_view line : lines_of(result.err)) {
    if (has(line, phrase) && (name_space.empty() || has(line, place))) {
      return std::string(line);
    }
  }
  return {};
}

std::vector<std::string> missing_rights(const CommandResult& result)
{
  std::vector<std::string> rights;
  for (const std::string_view line : lines_of(result.err)) {
    const std::string verb = between(line, " cannot ", " resource \"");
    const std::string resource = between(line, " resource \"", "\"");
    const std::string group = between(line, "in API group \"", "\"");
    const std::string space = between(line, "in the namespace \"", "\"");
    if (verb.empty() || resource.empty()) {
      continue;
    }
    // kubectl names the namespace even if the resource is the namespace itself.
    const bool scoped = !space.empty() && resource != "namespaces";
    rights.push_back(fmt::format("{} {}{}{}{}{}",
                                 verb,
                                 resource,
                                 group.empty() ? "" : ".",
                                 group,
                                 scoped ? " in " : "",
                                 scoped ? space : ""));
  }
  return rights;
}

bool forbids_list(const CommandResult& result, std::string_view plural)
{
  return has(result.err, fmt::format("cannot list resource \"{}\"", plural));
}

Seen<std::string> whole_lines(const CommandResult& result)
{
  if (!result.ok()) {
    return {.look = classify(result), .why = why(result)};
  }
  if (result.truncated || !result.out.ends_with('\n')) {
    return {.look = Look::failed, .why = "the answer was cut before its end"};
  }
  Seen<std::string> seen{.look = Look::seen, .value = result.out};
  while (seen.value.ends_with('\n')) {
    seen.value.pop_back();
  }
  return seen;
}

} // namespace iplease
