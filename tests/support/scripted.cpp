// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>
#include <support/scripted.hpp>

namespace iplease::test {

using std::chrono::milliseconds;

class ScriptedRunner::ScriptedJob final : public Job {
public:
  ScriptedJob(ScriptedRunner& runner, Expected what)
      : m_runner(runner),
        m_what(std::move(what)),
        m_ends(runner.m_clock.passed() + m_what.takes),
        m_done(m_what.takes == milliseconds{0} && !m_what.held)
  {
    m_runner.m_jobs.push_back(this);
    const auto running =
        std::ranges::count_if(m_runner.m_jobs, [](const ScriptedJob* job) { return !job->m_done; });
    m_runner.m_most = std::max(m_runner.m_most, static_cast<std::size_t>(running));
  }
  ~ScriptedJob() override { m_runner.m_jobs.remove(this); }
  ScriptedJob(const ScriptedJob&) = delete;
  ScriptedJob& operator=(const ScriptedJob&) = delete;

  [[nodiscard]] bool done() const override { return m_done; }
  [[nodiscard]] const CommandResult& result() const override { return m_what.result; }
  void signal(int number) override
  {
    m_runner.m_signals.push_back(number);
    if (!m_done) {
      m_what.result = m_what.when_signalled;
      m_done = true;
    }
  }
  [[nodiscard]] milliseconds left() const
  {
    return m_done || m_what.held ? milliseconds::max() : m_ends - m_runner.m_clock.passed();
  }
  void end_if_due() { m_done = m_done || (!m_what.held && m_runner.m_clock.passed() >= m_ends); }

private:
  ScriptedRunner& m_runner;
  Expected m_what;
  milliseconds m_ends;
  bool m_done;
};

void ScriptedRunner::always(const std::string& line, std::vector<CommandResult> results)
{
  m_always[line] = {results.begin(), results.end()};
}

std::unique_ptr<Job> ScriptedRunner::start(const Command& command)
{
  m_started.push_back(command);
  const std::string line = shell_line(command.argv);
  if (const auto found = m_always.find(line); found != m_always.end()) {
    Expected any{.line = line, .result = found->second.front()};
    if (found->second.size() > 1) {
      found->second.pop_front();
    }
    return std::make_unique<ScriptedJob>(*this, std::move(any));
  }
  if (m_script.empty() || m_script.front().line != line) {
    throw std::logic_error("not expected: " + line +
                           (m_script.empty() ? "" : "\n    expected: " + m_script.front().line));
  }
  Expected next = std::move(m_script.front());
  m_script.pop_front();
  if (next.on_start) {
    next.on_start();
  }
  return std::make_unique<ScriptedJob>(*this, std::move(next));
}

void ScriptedRunner::poll(milliseconds limit)
{
  milliseconds step = limit;
  for (const ScriptedJob* job : m_jobs) {
    step = std::min(step, job->left());
  }
  m_clock.pass(std::max(step, milliseconds{1})); // a poll that takes no time would hide a busy loop
  for (ScriptedJob* job : m_jobs) {
    job->end_if_due();
  }
  if (m_clock.passed() > std::chrono::minutes(60)) {
    throw std::logic_error("an hour of fake time has passed: something waits for ever");
  }
}

FileRead MemoryFiles::read(const std::string& path)
{
  const auto found = files.find(path);
  return found == files.end() ? FileRead{}
                              : FileRead{.kind = FileRead::Kind::ok, .text = found->second};
}

std::optional<std::string> MemoryFiles::replace(const FileWrite& file)
{
  if (!refusal.empty()) {
    return refusal;
  }
  files[file.path] = file.content;
  return std::nullopt;
}

HttpAnswer CannedHttp::get(const std::string& url, std::chrono::seconds, bool)
{
  asked.push_back(url);
  const auto found = answers.find(url);
  return found == answers.end() ? HttpAnswer{.error = "Could not resolve host"} : found->second;
}

} // namespace iplease::test
