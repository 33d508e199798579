// SPDX-License-Identifier: Apache-2.0
// Any bytes as a values file. The editor edits or refuses but never dies. An edit makes the
// requested changes and nothing else, and a second edit has nothing to do.
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "../target.hpp"
#include "../witness.hpp"

namespace iplease::fuzz {

namespace {

const ValuesWish k_wish{.ipoperator = true,
                        .attributes = {"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"}};

void must_of(bool holds, std::string_view law, const std::string& before, const std::string& after)
{
  must(holds, law, holds ? "" : "--- before\n" + before + "\n--- after\n" + after);
}

void check_facts(const std::string& before, const std::string& after)
{
  const auto read = read_values(Secret(after), "f");
  const auto* facts = std::get_if<ValuesFacts>(&read);
  must_of(facts != nullptr, "what was edited can be read", before, after);
  must_of(facts->ipoperator == ValuesFacts::State::is_true, "the switch is on", before, after);
  for (const std::string& name : k_wish.attributes) {
    const auto at = facts->attributes.find(name);
    must_of(at != facts->attributes.end() && at->second == ValuesFacts::State::is_true,
            "the attribute " + name + " is true",
            before,
            after);
  }
}

void check_edit(const std::string& text, const ValuesEdit& edit)
{
  must_of(edit.changed == (edit.text != text), "`changed` is the truth", text, edit.text);
  must_of(edit.changed == !edit.changes.empty(), "a change is told in words", text, edit.text);
  const std::string wrong = witness(text, edit.text, k_wish.attributes);
  must_of(wrong.empty(), wrong, text, edit.text);
  check_facts(text, edit.text);
  const auto again = edit_values(Secret(edit.text), "f", k_wish);
  const auto* second = std::get_if<ValuesEdit>(&again);
  must_of(second != nullptr && !second->changed, "a second edit changes nothing", text, edit.text);
  const std::string shown = masked_diff(text, edit.text, "f");
  must_of(shown.empty() == !edit.changed, "the diff shows a change", text, edit.text);
  static_cast<void>(values_difference(Secret(text), Secret(edit.text), "a", "b", k_wish));
}

} // namespace

void values(const std::string& text)
{
  const auto result = edit_values(Secret(text), "f", k_wish);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
    must(!problems->empty(), "a refusal says why");
    for (const Problem& problem : *problems) {
      must_be_refusal(problem, ExitCode::blocked);
    }
    static_cast<void>(masked_diff(text, text + "x: y\n", "f"));
    return;
  }
  check_edit(text, std::get<ValuesEdit>(result));
}

} // namespace iplease::fuzz
