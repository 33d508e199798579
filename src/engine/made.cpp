// SPDX-License-Identifier: Apache-2.0
#include "made.hpp"

#include <algorithm>

namespace iplease {
namespace {

std::string made_subject(const Json& event)
{
  const std::string subject = text_of(event, "subject");
  return subject.empty() && text_of(event, "kind") == "file" ? "file/" + text_of(event, "path")
                                                             : subject;
}

/// What somebody else made of a field between two of our changes is what undo goes back to.
void note_field(MadeField& known, const std::string& was, const std::string& is)
{
  if (known.is.empty() || (was != known.was && std::ranges::count(known.is, was) == 0)) {
    known = {.was = was};
  }
  known.is.push_back(is);
}

void note_made(std::map<std::string, MadeSeen>& all, const Json& event)
{
  const auto [at, first] = all.try_emplace(made_subject(event));
  MadeSeen& made = at->second;
  if (first) {
    made.stage = text_of(event, "stage");
    made.before = text_of(event, "before");
  }
  made.expect.push_back(text_of(event, "expect"));
  for (const Json& field : event.value("fields", Json::array())) {
    note_field(made.fields[text_of(field, "field")], text_of(field, "was"), text_of(field, "is"));
  }
}

} // namespace

void MadeReplay::intent(const Json& event, bool undo)
{
  settle();
  if (!made_subject(event).empty()) {
    m_begun = event;
    m_undo = undo;
  }
}

void MadeReplay::done(const Json& event)
{
  if (!m_begun || text_of(event, "step") != text_of(*m_begun, "step")) {
    return;
  }
  const bool well = text_of(event, "ended") == "exited" && event.value("rc", 0) == 0;
  // A helm that failed may have left its revision all the same.
  const bool refused = text_of(event, "ended") == "exited" && !well &&
                       !made_subject(*m_begun).starts_with("release/");
  if (m_undo && well) {
    m_memory.made.erase(made_subject(*m_begun));
  }
  if (refused || m_undo) {
    m_begun.reset();
  }
  settle();
}

void MadeReplay::settle()
{
  if (m_begun && !m_undo) {
    note_made(m_memory.made, *m_begun);
    note_made(m_memory.touched, *m_begun);
  }
  m_begun.reset();
}

} // namespace iplease
