// SPDX-License-Identifier: Apache-2.0
// Any bytes as a values file: the editor edits or refuses, never dies; an edit says what was wished
// and nothing else, and a second edit has nothing to do.
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "witness.hpp"
#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace iplease;

namespace {

const ValuesWish k_wish{.ipoperator = true,
                        .attributes = {"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"}};

void must(bool holds, const std::string& law, const std::string& before, const std::string& after)
{
  if (!holds) {
    std::fprintf(stderr,
                 "fuzz: %s\n--- before\n%s\n--- after\n%s\n",
                 law.c_str(),
                 before.c_str(),
                 after.c_str());
    std::abort();
  }
}

void check_facts(const std::string& before, const std::string& after)
{
  const auto read = read_values(Secret(after), "f");
  const auto* facts = std::get_if<ValuesFacts>(&read);
  must(facts != nullptr, "what was edited can be read", before, after);
  must(facts->ipoperator == ValuesFacts::State::is_true, "the switch is on", before, after);
  for (const std::string& name : k_wish.attributes) {
    const auto at = facts->attributes.find(name);
    must(at != facts->attributes.end() && at->second == ValuesFacts::State::is_true,
         "the attribute " + name + " is true",
         before,
         after);
  }
}

void check_edit(const std::string& text, const ValuesEdit& edit)
{
  must(edit.changed == (edit.text != text), "`changed` is the truth", text, edit.text);
  must(edit.changed == !edit.changes.empty(), "a change is told in words", text, edit.text);
  const std::string wrong = fuzz::witness(text, edit.text, k_wish.attributes);
  must(wrong.empty(), wrong, text, edit.text);
  check_facts(text, edit.text);
  const auto again = edit_values(Secret(edit.text), "f", k_wish);
  const auto* second = std::get_if<ValuesEdit>(&again);
  must(second != nullptr && !second->changed, "a second edit changes nothing", text, edit.text);
  const std::string shown = masked_diff(text, edit.text, "f");
  must(shown.empty() == !edit.changed, "the diff shows a change", text, edit.text);
  static_cast<void>(values_difference(Secret(text), Secret(edit.text), "a", "b", k_wish));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string text(data, data + size);
  const auto result = edit_values(Secret(text), "f", k_wish);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
    must(!problems->empty(), "a refusal says why", text, "");
    for (const Problem& problem : *problems) {
      must(problem.exit == ExitCode::blocked && !problem.fix.empty(),
           "a refusal has a cure",
           text,
           "");
    }
    static_cast<void>(masked_diff(text, text + "x: y\n", "f"));
    return 0;
  }
  check_edit(text, std::get<ValuesEdit>(result));
  return 0;
}
