// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/plan.hpp>
#include <iplease/core/resolve.hpp>
#include <iplease/wizard/dialogue.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"
#include <csignal>
#include <deque>
#include <map>
#include <stdexcept>

namespace iplease::test {

/// A prompt with scripted answers. "^C", "^D" and "TERM" stand for keys and a signal.
class ScriptedPrompt final : public Prompt {
public:
  explicit ScriptedPrompt(std::deque<std::string> answers, int width = 80)
      : m_answers(std::move(answers)),
        m_width(width)
  {
  }
  void say(std::string_view text) override { said += text; }
  Reply ask(std::string_view mark) override
  {
    said += mark;
    if (m_answers.empty()) {
      throw std::runtime_error("a question more than answers; said:\n" + said);
    }
    const std::string answer = m_answers.front();
    m_answers.pop_front();
    said += answer + "\n";
    if (answer == "^D") {
      return {Reply::Kind::end, {}, 0};
    }
    if (answer == "^C" || answer == "TERM") {
      return {Reply::Kind::interrupt, {}, answer == "^C" ? SIGINT : SIGTERM};
    }
    return {Reply::Kind::line, answer, 0};
  }
  [[nodiscard]] int columns() const override { return m_width; }
  [[nodiscard]] std::size_t left() const { return m_answers.size(); }

  std::string said{};

private:
  std::deque<std::string> m_answers;
  int m_width;
};

/// A bench over a fixed observation, with the real stages and the real resolution.
class TestBench final : public Workbench {
public:
  TestBench(Observation seen, Settings asked)
      : m_seen(std::move(seen)),
        m_asked(std::move(asked))
  {
    take(m_asked);
  }
  [[nodiscard]] const Observation& seen() const override { return m_seen; }
  [[nodiscard]] const Settings& asked() const override { return m_asked; }
  [[nodiscard]] const Settings& want() const override { return m_now.want; }
  [[nodiscard]] const Plan& plan() const override { return m_now.plan; }
  [[nodiscard]] Trial try_out(const Settings& asked) const override
  {
    ResolveFacts facts;
    const auto read = read_values(m_seen.provider.release_values.value, "values");
    if (const auto* values = std::get_if<ValuesFacts>(&read)) {
      facts = {.from = values->from, .domain = values->domain};
    }
    Trial trial{.want = resolve(asked, m_seen, facts)};
    if (asked.provider.values_from.value == ValuesFrom::undecided) {
      trial.want.provider.values_from = {}; // the app compares contents, not existence
    }
    trial.plan = make_plan(registry(), m_seen, trial.want);
    return trial;
  }
  void take(Settings asked) override
  {
    m_asked = std::move(asked);
    m_now = try_out(m_asked);
  }
  void look_closer() override { ++looked_closer; }
  std::optional<std::string> save(const std::string& path, const std::string& text) override
  {
    if (files.contains(path)) {
      return path + " is there already";
    }
    files[path] = text;
    return std::nullopt;
  }
  [[nodiscard]] std::string folder() const override { return "/root"; }
  [[nodiscard]] std::string home() const override { return "/root"; }

  std::map<std::string, std::string> files{};
  int looked_closer = 0;

private:
  Observation m_seen;
  Settings m_asked;
  Trial m_now{};
};

/// A whole dialogue.
struct Talk {
  TestBench bench;
  ScriptedPrompt prompt;
  Ending ending{};

  Talk(Observation seen, Settings asked, std::deque<std::string> answers, int width = 80)
      : bench(std::move(seen), std::move(asked)),
        prompt(std::move(answers), width)
  {
    ending = Dialogue(prompt, bench, false).run({});
    CHECK(prompt.left() == 0);
  }
};

/// A values file that contradicts the release.
inline Observation differing()
{
  Observation seen = fresh();
  const std::string both = seen.provider.release_values.value.reveal();
  seen.provider.release_values.value = Secret(both + "bidpricestoragescale: 5\n");
  seen.provider.files = {{.path = "/root/provider.yaml",
                          .exists = true,
                          .text = Secret(both + "bidpricestoragescale: 7\n")}};
  return seen;
}

/// `from` in the values is the name of a key.
inline Observation nameless()
{
  Observation seen = fresh();
  seen.provider.release_values.value = Secret(
      std::string("domain: provider.example.com\nfrom: mykey\nkey: ZmFr\nkeysecret: ZmFr\n"));
  return seen;
}

/// A node whose address lies in 203.0.113.8/29.
inline Observation node_in_the_way()
{
  Observation seen = fresh();
  seen.nodes.front().addresses = {"203.0.113.10"};
  return seen;
}

} // namespace iplease::test
