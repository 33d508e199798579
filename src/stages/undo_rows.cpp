// SPDX-License-Identifier: Apache-2.0
#include <iplease/stages/undo.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>

namespace iplease {

namespace {

using namespace stages;

constexpr std::string_view k_file_row = "file/";
constexpr std::string_view k_release_row = "release/";

std::string shown_state(const std::string& state)
{
  return state.empty() ? "absent" : state;
}

/// Revision numbers only grow, so compare a release without them.
std::string without_revision(const std::string& state)
{
  return state.substr(0, state.find(" revision "));
}

void add_row(std::vector<UndoRow>& rows, std::string what, std::string before, std::string now)
{
  const bool same = before == now;
  rows.push_back({.what = std::move(what),
                  .before = shown_state(before),
                  .now = shown_state(now),
                  .as_before = same});
}

void add_values(std::vector<UndoRow>& rows,
                const std::string& where,
                const Secret& text,
                const std::map<std::string, MadeField>& fields)
{
  const auto now = values_now(text, fields);
  for (const auto& [name, field] : fields) {
    const bool of_values = name == "ipoperator" || name.starts_with("attributes/");
    const auto live = now.find(name);
    if (of_values && live != now.end()) {
      add_row(rows, name + " in " + where, field.was, live->second);
    }
  }
}

void add_file(std::vector<UndoRow>& rows,
              const Observation& now,
              const std::string& path,
              const MadeSeen& made)
{
  for (const ValuesFileSeen& file : now.provider.files) {
    if (file.path == path && file.exists) {
      add_values(rows, path, file.text, made.fields);
    }
  }
}

void add_release(std::vector<UndoRow>& rows,
                 const Observation& now,
                 const std::string& subject,
                 const MadeSeen& made)
{
  const std::string name = subject.substr(subject.rfind('/') + 1);
  const bool provider =
      now.provider.release.found() && release_subject(now.provider.release.value) == subject;
  if (provider) {
    add_values(rows, "release " + name, now.provider.release_values.value, made.fields);
  }
  add_row(rows,
          "release " + name,
          without_revision(made.before),
          without_revision(subject_state(now, subject)));
}

void add_fields(std::vector<UndoRow>& rows,
                const Observation& now,
                const std::string& subject,
                const MadeSeen& made)
{
  for (const auto& [name, field] : made.fields) {
    add_row(rows, subject + " " + name, field.was, field_now(now, subject, name));
  }
}

} // namespace

std::vector<UndoRow> undo_rows(const MemorySeen& then, const Observation& now)
{
  std::vector<UndoRow> rows;
  for (const auto& [subject, made] : then.touched) {
    const bool fields_tell = subject == "pool/default" || subject == "advertisement/default" ||
                             subject == "service/controller" ||
                             subject == "namespace/metallb-system";
    if (made.stage == "migrate" || subject.starts_with("configmap/metallb-system/")) {
      continue; // reported as what stays
    }
    if (subject.starts_with(k_file_row)) {
      add_file(rows, now, subject.substr(k_file_row.size()), made);
    } else if (subject.starts_with(k_release_row)) {
      add_release(rows, now, subject, made);
    } else if (fields_tell && !made.fields.empty()) {
      add_fields(rows, now, subject, made);
    } else if (const std::string state = subject_state(now, subject);
               !state.empty() || subject.starts_with("configmap/kube-system/")) {
      add_row(rows, subject, made.before, state);
    }
  }
  return rows;
}

std::optional<Problem> other_than_before(const std::vector<UndoRow>& rows)
{
  const auto other = std::ranges::find(rows, false, &UndoRow::as_before);
  if (other == rows.end()) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-RUN-032",
                 .what = other->what + " is " + other->now + " and was " + other->before,
                 .exit = ExitCode::not_verified};
}

} // namespace iplease
