// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/apply.hpp>

#include <support/recording.hpp>
#include <support/scripted.hpp>

namespace iplease::test {

/// Everything that apply() uses, scripted and recorded.
struct World {
  FakeClock clock{};
  ScriptedRunner runner{clock};
  MemoryFiles files{};
  CannedHttp http{};
  FakeStop stop{};
  RecordingView view{};
  RecordingJournal journal{};
  Effects fx{.runner = runner, .files = files, .http = http, .clock = clock, .stop = stop};

  Applied go(std::vector<Step> steps, const std::string& stage = "pool")
  {
    return apply(
        {.stages = {{.stage = stage, .verdict = Verdict::needed, .steps = std::move(steps)}}},
        fx,
        journal,
        view);
  }
};

[[nodiscard]] inline Step wait_for(const std::string& pattern,
                                   std::chrono::seconds limit = std::chrono::seconds{10})
{
  return {.id = "wait",
          .action = WaitUntil{
              .probe = {.argv = {"probe"}}, .pattern = pattern, .limit = limit, .what = "it"}};
}

} // namespace iplease::test
