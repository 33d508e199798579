// SPDX-License-Identifier: Apache-2.0
// One line of a journal: how it is sealed, and when a line that is read is accepted.
#include <iplease/core/error.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/engine/journal.hpp>

#include <fmt/format.h>

#include "journal_format.hpp"
#include <algorithm>
#include <cstdint>
#include <utility>

namespace iplease {
namespace {

constexpr std::string_view k_seal = R"(,"sum":")";
/// Hex digits of SHA-256: enough against a bad disk, not against an attacker.
constexpr std::size_t k_sum = 16;
constexpr std::string_view k_end = R"("})";

std::string sum_of(std::string_view text)
{
  return sha256_hex(text).substr(0, k_sum);
}

enum class Seal { none, good, broken };

Seal seal_of(std::string_view line)
{
  const std::size_t tail = k_seal.size() + k_sum + k_end.size();
  if (line.size() < tail || !line.ends_with(k_end) ||
      line.substr(line.size() - tail, k_seal.size()) != k_seal) {
    return Seal::none;
  }
  const std::string_view sum = line.substr(line.size() - k_sum - k_end.size(), k_sum);
  return sum_of(line.substr(0, line.size() - tail)) == sum ? Seal::good : Seal::broken;
}

bool is_texts(const Json& value)
{
  return value.is_array() &&
         std::ranges::all_of(value, [](const Json& one) { return one.is_string(); });
}

bool is_number(const Json& value)
{
  return value.is_number_unsigned()
             ? std::in_range<int>(value.get<std::uint64_t>())
             : value.is_number_integer() && std::in_range<int>(value.get<std::int64_t>());
}

bool texts_in(const Json& entry, std::initializer_list<const char*> keys)
{
  return entry.is_object() && std::ranges::all_of(keys, [&](const char* key) {
           return !entry.contains(key) || entry[key].is_string();
         });
}

bool are_debts(const Json& value)
{
  return value.is_array() && std::ranges::all_of(value, [](const Json& debt) {
           return texts_in(debt, {"id", "until", "seen"});
         });
}

bool are_fields(const Json& value)
{
  return value.is_array() && std::ranges::all_of(value, [](const Json& one) {
           return texts_in(one, {"field", "was", "is"});
         });
}

bool are_keeps(const Json& value)
{
  return value.is_array() && std::ranges::all_of(value, [](const Json& one) {
           return texts_in(one, {"subject"}) &&
                  (!one.contains("fields") || is_texts(one["fields"]));
         });
}

bool is_setting(const Json& one)
{
  return texts_in(one, {"source", "where"}) && (!one.contains("texts") || is_texts(one["texts"])) &&
         (!one.contains("secret") || one["secret"].is_boolean());
}

/// Nothing reads a setting that is not an object, so only arrays are refused.
bool are_settings(const Json& value)
{
  return value.is_object() && std::ranges::all_of(value, [](const Json& one) {
           return !one.is_array() && (!one.is_object() || is_setting(one));
         });
}

struct Member {
  std::string_view key;
  bool (*right)(const Json&);
};

constexpr Member k_members[] = {
    {"v", is_number},
    {"n", is_number},
    {"seq", is_number},
    {"rc", is_number},
    {"ms", is_number},
    {"argv", is_texts},
    {"pays", is_texts},
    {"owes", are_debts},
    {"fields", are_fields},
    {"keeps", are_keeps},
    {"settings", are_settings},
};

/// Whether every member that is read has its type.
bool is_event(const Json& event)
{
  constexpr const char* texts[] = {"t",       "ev",     "run",    "iplease", "command",
                                   "only",    "stage",  "step",   "kind",    "reason",
                                   "subject", "before", "expect", "path",    "url",
                                   "ended",   "debt",   "how",    "outcome", "kept"};
  const auto text = [&](const char* key) { return !event.contains(key) || event[key].is_string(); };
  const auto right = [&](const Member& one) {
    const auto found = event.find(one.key);
    return found == event.end() || one.right(*found);
  };
  return event.is_object() && event.contains("ev") && std::ranges::all_of(texts, text) &&
         std::ranges::all_of(k_members, right);
}

/// A power cut leaves blocks of zeros in place of a line that was not yet on disk. A single zero is
/// damage: one flipped bit can turn a letter into it.
bool has_blocks_of_zeros(std::string_view line)
{
  return line.find(std::string_view("\0\0", 2)) != std::string_view::npos;
}

[[noreturn]] void refuse(const std::string& id, std::string what)
{
  throw EnvironmentError({.id = id, .what = std::move(what), .exit = ExitCode::cannot_write});
}

[[noreturn]] void damaged(const std::string& name, std::size_t line)
{
  refuse("IPL-RUN-013", fmt::format("the journal {} is damaged in line {}", name, line));
}

/// Guesses nothing about a newer version, not even its seal.
void check_version(const Json& header, const std::string& name)
{
  if (header.is_object() && header.contains("v") && is_number(header["v"]) &&
      header["v"].get<int>() > k_journal_version) {
    refuse("IPL-RUN-003",
           fmt::format(
               "the journal {} was written by iplease {} in format {}; this program reads up to {}",
               name,
               text_of(header, "iplease"),
               header["v"].get<int>(),
               k_journal_version));
  }
}

/// Whether the line is intact and was written as line `number` of its journal, from 0.
bool is_believed(const Json& event, Seal seal, std::size_t number)
{
  return seal != Seal::broken && is_event(event) &&
         (seal == Seal::none || event.value("n", -1) == static_cast<int>(number));
}

} // namespace

std::string text_of(const Json& event, const char* key)
{
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string sealed_line(const Json& event)
{
  // A tool may print bytes that are not UTF-8; a journal line must still be JSON.
  std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace);
  line.pop_back(); // the closing brace
  const std::string sum = sum_of(line);
  line += k_seal;
  line += sum;
  line += k_end;
  return line + "\n";
}

std::vector<Json> read_events(std::string_view text, const std::string& name)
{
  std::vector<Json> events;
  std::size_t sealed = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    const std::string_view line = text.substr(from, end - from);
    if (end == std::string_view::npos) {
      // The crash came during this write, so the step never began. But a sealed line with another
      // byte in place of its line break was written, and damaged later.
      if (line.size() > 1 && seal_of(line.substr(0, line.size() - 1)) == Seal::good) {
        damaged(name, events.size() + 1);
      }
      break;
    }
    from = end + 1;
    const bool last = from >= text.size();
    Json event = Json::parse(line, nullptr, false);
    if (last && event.is_discarded() && has_blocks_of_zeros(line)) {
      break;
    }
    if (events.empty()) {
      check_version(event, name);
    }
    const Seal seal = seal_of(line);
    sealed += seal == Seal::good ? 1 : 0;
    if (!is_believed(event, seal, events.size())) {
      damaged(name, events.size() + 1);
    }
    events.push_back(std::move(event));
  }
  if (sealed > 0 && sealed < events.size()) {
    damaged(name, 1); // a version that seals one line seals all
  }
  return events;
}

} // namespace iplease
