// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/wizard/prompt.hpp>
#include <iplease/wizard/question.hpp>

#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// How often a question without a default is asked before the run ends.
inline constexpr int k_attempts = 3;

/// What the dialogue works on: the settings asked for, the observation, and the plan of both.
class Workbench {
public:
  struct Trial {
    Settings want{};
    Plan plan{};
  };
  virtual ~Workbench() = default;
  [[nodiscard]] virtual const Observation& seen() const = 0;
  [[nodiscard]] virtual const Settings& asked() const = 0;
  [[nodiscard]] virtual const Settings& want() const = 0;
  [[nodiscard]] virtual const Plan& plan() const = 0;
  /// The plan for other settings. Reads and keeps nothing.
  [[nodiscard]] virtual Trial try_out(const Settings& asked) const = 0;
  /// Keeps these settings and plans with them.
  virtual void take(Settings asked) = 0;
  /// Reads what only a plan with these settings needs: rights, charts, a trial of the upgrade.
  virtual void look_closer() = 0;
  /// Writes a new file, never over an existing one. Returns an error text or nothing.
  [[nodiscard]] virtual std::optional<std::string> save(const std::string& path,
                                                        const std::string& text) = 0;
  /// Base of relative paths, and of "~/".
  [[nodiscard]] virtual std::string folder() const = 0;
  [[nodiscard]] virtual std::string home() const = 0;
};

/// How the dialogue ended.
struct Ending {
  bool run = false;                ///< the plan was confirmed
  ExitCode exit = ExitCode::done;  ///< exit code if not confirmed
  std::vector<Problem> problems{}; ///< why not, still to be reported
};

/// The questions of one run, from the findings to the one confirmation. Its only effects are the
/// prompt and the bench, so a scripted prompt can test all of it.
class Dialogue {
public:
  /// `numbered_lines`: every choice on its own line, for screen readers.
  Dialogue(Prompt& prompt, Workbench& bench, bool numbered_lines);

  /// Runs it. `warnings` are about the given settings; private addresses need confirmation.
  [[nodiscard]] Ending run(const std::vector<Problem>& warnings);

private:
  struct Typed {
    std::string text{};
    std::optional<ExitCode> stop{};
    bool back = false; ///< `q` at a question of the review
  };
  /// What `q` does: end the run, or go back to the review.
  enum class Quit { ends, goes_back };
  /// One choice. Its number, its word or the beginning of either text selects it.
  struct Offer {
    std::string_view word{};
    std::string_view label{};
    std::string_view help{}; ///< shown for `?`
  };
  struct Choice {
    std::size_t number = 0; ///< from 1
    std::optional<ExitCode> stop{};
  };
  /// Whether a value can be kept.
  struct Verdicts {
    std::vector<Problem> problems{};
    std::vector<Problem> risks{};
    std::vector<Problem> warnings{};
    Settings asked{};
  };

  void say(const std::string& text);
  [[nodiscard]] Typed read(Quit quit = Quit::ends);
  [[nodiscard]] Choice choose(const std::vector<Offer>& offers, std::size_t fallback);
  [[nodiscard]] std::string menu_text(const std::vector<Offer>& offers) const;
  [[nodiscard]] static std::size_t chosen_by(const std::string& typed,
                                             const std::vector<Offer>& offers);
  [[nodiscard]] std::optional<ExitCode> cancelled(ExitCode exit);
  /// Saves the answers if the run ends against the operator's will.
  void save_what_was_answered();

  /// What was typed at one question so far.
  struct Draft {
    std::string last{}; ///< what `!` checks
    std::string good{}; ///< checked and valid: what Enter gives
  };
  enum class Tried { wrong, declined, taken };

  [[nodiscard]] std::optional<ExitCode> ask(const Question& question);
  [[nodiscard]] bool told_more(const Question& question, const std::string& typed, Draft& draft);
  [[nodiscard]] std::optional<ExitCode>
  try_answer(const Question& question, const std::string& typed, Tried& tried);
  [[nodiscard]] std::optional<ExitCode> ask_open_questions();
  [[nodiscard]] Verdicts judge(const Question& question, const std::string& typed) const;
  [[nodiscard]] bool tell(const Verdicts& verdicts);
  [[nodiscard]] bool check_only(const Question& question, const std::string& typed);
  [[nodiscard]] std::optional<ExitCode> agree(Verdicts& verdicts, bool& taken);
  [[nodiscard]] std::optional<ExitCode> agree_to_risk(const Problem& raw, bool& taken);
  [[nodiscard]] std::optional<ExitCode> agree_to_warning(const Problem& raw, bool& taken);
  [[nodiscard]] std::vector<Problem> beyond_questions() const;
  [[nodiscard]] std::optional<ExitCode> settle_risks();

  [[nodiscard]] Ending review();
  [[nodiscard]] std::optional<ExitCode> change_setting();
  /// Changes one setting; if something changed, reads the cluster again for it.
  [[nodiscard]] std::optional<ExitCode> change_and_look(bool& changed);
  [[nodiscard]] std::optional<ExitCode> save_answers(bool& saved);
  [[nodiscard]] std::string absolute(const std::string& path) const;

  Prompt& m_prompt;
  Workbench& m_bench;
  bool m_numbered_lines;
};

/// Every problem of a plan, once.
[[nodiscard]] std::vector<Problem> problems_of(const Plan& plan);
/// Whether a problem is a risk that `--accept-risk ID` accepts, by the catalogue.
[[nodiscard]] bool is_risk(const Problem& problem);

} // namespace iplease
