// SPDX-License-Identifier: Apache-2.0
#include "made.hpp"

#include <algorithm>
#include <utility>

namespace iplease {
namespace {

std::string made_subject(const Json& event)
{
  const std::string subject = text_of(event, "subject");
  return subject.empty() && text_of(event, "kind") == "file" ? "file/" + text_of(event, "path")
                                                             : subject;
}

/// If somebody else changed a field between two changes of iplease, undo goes back to that value.
void note_field(MadeField& known, const std::string& was, const std::string& is)
{
  if (known.is.empty() || (was != known.was && std::ranges::count(known.is, was) == 0)) {
    known = {.was = was};
  }
  known.is.push_back(is);
}

/// A thing that iplease created has no earlier fields. A change that finds it as iplease left it
/// adds none: undo removes the thing, whatever its size is now.
bool is_still_our_own(const MadeSeen& made, const std::string& before)
{
  return made.fields.empty() && (made.before == "absent" || made.before == "not advertised") &&
         std::ranges::count(made.expect, before) > 0;
}

void note_made(MadeSeen& made, const Json& event)
{
  const std::string before = text_of(event, "before");
  if (made.expect.empty()) {
    made.stage = text_of(event, "stage");
    made.before = before;
  }
  if (!is_still_our_own(made, before)) {
    for (const Json& field : event.value("fields", Json::array())) {
      note_field(made.fields[text_of(field, "field")], text_of(field, "was"), text_of(field, "is"));
    }
  }
  const std::string expect = text_of(event, "expect");
  if (const std::string failed = text_of(event, "failed"); failed.empty()) {
    made.unsure.erase(expect);
  } else if (std::ranges::count(made.expect, expect) == 0) {
    made.unsure[expect] = {
        .before = before, .expect = expect, .began = text_of(event, "t"), .ended = failed};
  }
  made.expect.push_back(expect);
}

/// Keeps only the named fields of an event.
void narrow(Json& event, const std::vector<std::string>& names)
{
  Json left = Json::array();
  for (const Json& field : event.value("fields", Json::array())) {
    if (std::ranges::count(names, text_of(field, "field")) > 0) {
      left.push_back(field);
    }
  }
  event["fields"] = std::move(left);
}

} // namespace

void MadeReplay::run(const Json& header, const std::string& id)
{
  settle();
  m_runs.insert(id);
  m_run = id;
  m_undo = text_of(header, "command") == "undo";
  m_only = text_of(header, "only");
  m_keeps.clear();
  for (const Json& one : header.value("keeps", Json::array())) {
    m_keeps[text_of(one, "subject")] = one.value("fields", std::vector<std::string>{});
  }
}

void MadeReplay::intent(const Json& event)
{
  settle();
  if (!made_subject(event).empty()) {
    m_begun = event;
  }
}

void MadeReplay::done(const Json& event)
{
  if (!m_begun || text_of(event, "step") != text_of(*m_begun, "step")) {
    return;
  }
  const bool well = text_of(event, "ended") == "exited" && event.value("rc", 0) == 0;
  const bool failed = text_of(event, "ended") == "exited" && !well;
  const bool release = made_subject(*m_begun).starts_with("release/");
  const bool refused = failed && !release; // a failed helm may still have left its revision
  if (failed) {
    (*m_begun)["failed"] = text_of(event, "t");
  }
  // A heal only clears the way: the release is still there to be reverted.
  const bool heal = text_of(event, "step").ends_with("/heal");
  if (m_undo && well && !heal) {
    take_back(made_subject(*m_begun));
  }
  if (refused || m_undo) {
    m_begun.reset();
  }
  settle();
}

void MadeReplay::settle()
{
  if (m_begun && !m_undo) {
    const std::string subject = made_subject(*m_begun);
    note_made(m_memory.touched[subject], *m_begun);
    m_changes[subject].push_back({.run = m_run, .event = *std::move(m_begun)});
    remember(subject);
  }
  m_begun.reset();
}

void MadeReplay::take_back(const std::string& subject)
{
  std::vector<Change>& changes = m_changes[subject];
  const bool of_one_run = m_runs.contains(m_only); // else `only` is a stage or empty
  const auto taken = [&](const Change& one) { return !of_one_run || one.run == m_only; };
  if (const auto kept = m_keeps.find(subject); kept == m_keeps.end()) {
    std::erase_if(changes, taken);
  } else {
    for (Change& one : changes) {
      if (taken(one)) {
        narrow(one.event, kept->second);
      }
    }
  }
  remember(subject);
}

void MadeReplay::undone()
{
  std::erase_if(m_changes, [&](const auto& one) { return !m_keeps.contains(one.first); });
  std::erase_if(m_memory.made, [&](const auto& one) { return !m_keeps.contains(one.first); });
  m_memory.touched = m_memory.made;
}

void MadeReplay::remember(const std::string& subject)
{
  MadeSeen made;
  for (const Change& one : m_changes[subject]) {
    note_made(made, one.event);
  }
  if (made.expect.empty()) {
    m_memory.made.erase(subject);
  } else {
    m_memory.made[subject] = std::move(made);
  }
}

std::map<std::string, MadeSeen> MadeReplay::made_by(const std::string& run) const
{
  std::map<std::string, MadeSeen> made;
  for (const auto& [subject, changes] : m_changes) {
    for (const Change& one : changes) {
      if (one.run == run) {
        note_made(made[subject], one.event);
      }
    }
  }
  return made;
}

} // namespace iplease
