// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/journal.hpp>
#include <iplease/engine/view.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace iplease::test {

/// Records what the view is given: "start pool 1/2", "run pool/apply", ...
class RecordingView : public View {
public:
  void stage_start(const StagePlan& stage, int number, int of) override
  {
    events.push_back("start " + stage.stage + " " + std::to_string(number) + "/" +
                     std::to_string(of));
  }
  void command_start(const StagePlan&, const Step& step) override
  {
    events.push_back("run " + step.id);
  }
  void waiting(const Step&,
               std::chrono::milliseconds,
               std::chrono::seconds,
               const std::string& why) override
  {
    ++beats;
    whys.insert(why);
  }
  void command_end(const StagePlan&, const Step& step, const CommandResult& result) override
  {
    events.push_back("end " + step.id + (result.ok() ? " ok" : " failed"));
  }
  void stage_end(const StagePlan& stage, const StageEnd& end) override
  {
    events.push_back("stop " + stage.stage + (end.ok ? " ok" : " failed"));
    results.push_back(end.result);
  }
  void problem(const Problem& problem) override { events.push_back("problem " + problem.id); }
  void warning(const Problem& problem) override { events.push_back("warning " + problem.id); }
  void note(const std::string& text) override { notes.push_back(text); }

  std::vector<std::string> events{};
  std::vector<std::string> results{}; ///< one per stage
  std::vector<std::string> notes{};
  std::set<std::string> whys{};
  int beats = 0;
};

/// A journal in memory: "begin pool/apply", "finish pool/apply ok", ...
class RecordingJournal final : public Journal {
public:
  void begin(const std::string&, const Step& step) override
  {
    if (on_begin) {
      on_begin(step);
    }
    lines.push_back("begin " + step.id);
  }
  void finish(const std::string&, const Step& step, const CommandResult& result) override
  {
    lines.push_back("finish " + step.id + (result.ok() ? " ok" : " failed"));
    results.push_back(result);
  }
  void paid(const std::string& debt) override { lines.push_back("paid " + debt); }
  void settled(const std::string& step, const std::string& how) override
  {
    lines.push_back("settled " + step + " " + how);
  }
  void close(const std::string& outcome) override { lines.push_back("close " + outcome); }

  std::vector<std::string> lines{};
  std::vector<CommandResult> results{};
  std::function<void(const Step&)> on_begin{}; ///< for example, throws as a full disk does
};

} // namespace iplease::test
