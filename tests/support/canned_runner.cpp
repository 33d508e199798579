// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <support/canned_runner.hpp>

namespace iplease::test {

class CannedRunner::CannedJob final : public Job {
public:
  CannedJob(CannedRunner& owner, CommandResult result)
      : m_owner(owner),
        m_result(std::move(result))
  {
  }
  ~CannedJob() override { std::erase(m_owner.m_waiting, this); }
  CannedJob(const CannedJob&) = delete;
  CannedJob& operator=(const CannedJob&) = delete;
  [[nodiscard]] bool done() const override { return m_done; }
  [[nodiscard]] const CommandResult& result() const override { return m_result; }
  void signal(int /*number*/) override {}

  void end()
  {
    m_done = true;
    --m_owner.running;
  }

private:
  CannedRunner& m_owner;
  CommandResult m_result;
  bool m_done = false;
};

std::unique_ptr<Job> CannedRunner::start(const Command& command)
{
  asked.push_back(command);
  most_at_once = std::max(most_at_once, ++running);
  auto job = std::make_unique<CannedJob>(*this, m_answer(command));
  m_waiting.push_back(job.get());
  return job;
}

void CannedRunner::poll(std::chrono::milliseconds /*limit*/)
{
  if (!m_waiting.empty()) { // oldest first, one at a time
    CannedJob* const job = m_waiting.front();
    m_waiting.erase(m_waiting.begin());
    job->end();
  }
}

} // namespace iplease::test
