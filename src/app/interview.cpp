// SPDX-License-Identifier: Apache-2.0
#include "interview.hpp"

#include <iplease/core/plain_text.hpp>
#include <iplease/core/resolve.hpp>
#include <iplease/platform/terminal_prompt.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/wizard/dialogue.hpp>

#include "carry_out.hpp"
#include <csignal>

namespace iplease {

namespace {

/// The dialogue's bench for a session; reads through the world's effects.
class SessionBench final : public Workbench {
public:
  SessionBench(Session& session, World& world)
      : m_session(session),
        m_world(world)
  {
  }
  [[nodiscard]] const Observation& seen() const override { return m_session.seen; }
  [[nodiscard]] const Settings& asked() const override { return m_session.asked; }
  [[nodiscard]] const Settings& want() const override { return m_session.want; }
  [[nodiscard]] const Plan& plan() const override { return m_session.plan; }
  [[nodiscard]] Trial try_out(const Settings& asked) const override
  {
    Trial trial{.want = resolve(asked, m_session.seen, resolve_facts(m_session.seen, asked))};
    trial.plan = make_plan(registry(), m_session.seen, trial.want);
    return trial;
  }
  void take(Settings asked) override
  {
    m_session.asked = std::move(asked);
    plan_again(m_session);
  }
  void look_closer() override { iplease::look_closer(m_session, m_world); }
  [[nodiscard]] std::optional<std::string> save(const std::string& path,
                                                const std::string& text) override
  {
    if (auto taken = why_not_new(path)) {
      return taken;
    }
    return m_world.files().replace({.path = path, .content = text, .was = "absent"});
  }
  [[nodiscard]] std::string folder() const override { return m_session.input.current_folder; }
  [[nodiscard]] std::string home() const override { return m_session.input.home; }

private:
  Session& m_session;
  World& m_world;
};

/// Prints the program's name as it was called, in the style of the flags and the terminal.
class StyledPrompt final : public Prompt {
public:
  StyledPrompt(Prompt& prompt, const World& world)
      : m_prompt(prompt),
        m_world(world)
  {
  }
  void say(std::string_view text) override
  {
    m_prompt.say(m_world.as_shown(plain_text(text), k_talk));
  }
  [[nodiscard]] Reply ask(std::string_view mark) override { return m_prompt.ask(mark); }
  [[nodiscard]] int columns() const override { return m_prompt.columns(); }

private:
  Prompt& m_prompt;
  const World& m_world;
};

} // namespace

int terminal_for_questions(const RawOptions& options, World& world)
{
  const bool forbidden = options.has("yes") || options.has("no-input") ||
                         !world.variable("IPLEASE_NO_INPUT").empty() ||
                         !world.variable("CI").empty();
  return forbidden ? -1 : terminal_to_ask_on();
}

std::optional<ExitCode> confirm(const Session& session, const RawOptions& options, World& world)
{
  if (options.has("yes")) {
    return std::nullopt;
  }
  const int terminal = terminal_for_questions(options, world);
  if (terminal < 0) {
    return refuse(session,
                  {{.id = "IPL-CLI-009",
                    .what = "there is something to change and nobody to confirm it",
                    .fix = "add --yes to do it, or --dry-run to see it",
                    .exit = ExitCode::usage}},
                  world);
  }
  world.err(plan_text(session.plan, session.seen, session.want));
  const Style style = choose_style(style_wish(options), process_environment(), true);
  const Reply reply = TerminalPrompt(terminal, k_talk, style).ask("Do this? [y/N] ");
  if (reply.kind == Reply::Kind::line && (reply.text == "y" || reply.text == "yes")) {
    return std::nullopt;
  }
  world.err("Nothing was changed.\n");
  if (reply.kind != Reply::Kind::interrupt) {
    return ExitCode::declined;
  }
  return reply.signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated;
}

std::optional<ExitCode>
interview(Session& session, const RawOptions& options, World& world, int terminal)
{
  const Style style = choose_style(style_wish(options), process_environment(), true);
  TerminalPrompt plain(terminal, is_terminal(k_talk) ? k_talk : terminal, style);
  StyledPrompt prompt(plain, world);
  SessionBench bench(session, world);
  const Ending ending = Dialogue(prompt, bench, style.accessible).run(session.warnings);
  if (!ending.problems.empty()) {
    return refuse(session, ending.problems, world);
  }
  return ending.run ? std::nullopt : std::optional<ExitCode>(ending.exit);
}

} // namespace iplease
