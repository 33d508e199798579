// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace iplease::test {

/// Stands in for the programs. A function answers every command at the next poll. Records the
/// commands and counts how many ran at once.
class CannedRunner final : public Runner {
public:
  using Answer = std::function<CommandResult(const Command&)>;
  explicit CannedRunner(Answer answer)
      : m_answer(std::move(answer))
  {
  }
  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  void poll(std::chrono::milliseconds limit) override;

  std::vector<Command> asked{};
  int running = 0;
  int most_at_once = 0;

private:
  class CannedJob;
  Answer m_answer;
  std::vector<CannedJob*> m_waiting{};
};

/// Files in memory.
class CannedFiles final : public Files {
public:
  std::map<std::string, std::string> files{};
  [[nodiscard]] FileRead read(const std::string& path) override
  {
    const auto at = files.find(path);
    return at == files.end() ? FileRead{}
                             : FileRead{.kind = FileRead::Kind::ok, .text = at->second};
  }
  [[nodiscard]] std::optional<std::string> replace(const FileWrite& /*file*/) override
  {
    return "observation must not write";
  }
};

/// Pages by address. Any other address answers 404.
class CannedPages final : public Http {
public:
  std::map<std::string, std::string> pages{};
  std::vector<std::string> asked{};
  [[nodiscard]] HttpAnswer
  get(const std::string& url, std::chrono::seconds /*timeout*/, bool /*verify_tls*/) override
  {
    asked.push_back(url);
    const auto at = pages.find(url);
    return at == pages.end() ? HttpAnswer{.status = 404}
                             : HttpAnswer{.status = 200, .body = at->second};
  }
};

class StillClock final : public Clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return {}; }
  [[nodiscard]] std::string wall() const override { return "2026-11-23T09:00:00.000Z"; }
};

class NeverStop final : public StopFlag {
public:
  [[nodiscard]] int level() const override { return 0; }
};

} // namespace iplease::test
