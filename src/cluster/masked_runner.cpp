// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/masked_runner.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/yaml/secrets.hpp>

#include <algorithm>

namespace iplease {
namespace {

enum class Answer { text, data, secret };

/// `helm get values` and `helm template` print values and manifests, `-o json` and the like print
/// data. Everything else prints text for people.
Answer answer_of(const Command& command)
{
  bool secret = false;
  bool data = false;
  std::string_view before;
  for (const std::string_view word : command.argv) {
    secret = secret || word == "template" || (before == "get" && word == "values");
    data = data || word == "-o" || word == "--raw" || word.starts_with("--output");
    before = word;
  }
  return secret ? Answer::secret : data ? Answer::data : Answer::text;
}

/// Masks the messages of events, conditions and containers in JSON; every other byte stays.
std::string masked_messages(std::string text, const Masker& masker)
{
  constexpr std::string_view key = "\"message\":";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    const std::size_t open = text.find_first_not_of(" \t\n", at + key.size());
    at += key.size();
    if (open == std::string::npos || text[open] != '"') {
      continue;
    }
    std::size_t close = open + 1;
    while (close < text.size() && text[close] != '"') {
      close += text[close] == '\\' ? 2U : 1U;
    }
    const std::size_t length = std::min(close, text.size()) - open - 1;
    const std::string shown = mask_line(masker.masked(text.substr(open + 1, length)));
    text.replace(open + 1, length, shown);
    at = open + 1 + shown.size();
  }
  return text;
}

class MaskedJob final : public Job {
public:
  /// Also stores the result in `kept`, unless that is null.
  MaskedJob(std::unique_ptr<Job> inner,
            const Command& command,
            const Masker& masker,
            std::vector<Answered>* kept)
      : m_inner(std::move(inner)),
        m_answer(answer_of(command)),
        m_masker(masker),
        m_kept(kept)
  {
    if (m_kept != nullptr) {
      m_place = m_kept->size();
      m_kept->push_back({.command = command, .secret = m_answer == Answer::secret});
    }
  }

  [[nodiscard]] bool done() const override { return m_inner->done(); }
  void signal(int number) override { m_inner->signal(number); }

  [[nodiscard]] const CommandResult& result() const override
  {
    if (!m_masked) {
      m_result = m_inner->result();
      const bool cut = m_result.truncated;
      m_result.err = masked_lines(whole_lines(m_result.err, cut), m_masker);
      if (m_answer == Answer::text) {
        m_result.out = masked_lines(whole_lines(m_result.out, cut), m_masker);
      } else if (m_answer == Answer::data) {
        m_result.out = masked_messages(std::move(m_result.out), m_masker);
      }
      m_masked = true;
      if (m_kept != nullptr) {
        (*m_kept)[m_place].result = m_result;
      }
    }
    return m_result;
  }

  /// Whole lines only: the masker cannot recognise half a secret.
  [[nodiscard]] std::string_view so_far() const override
  {
    if (m_answer != Answer::text) {
      return {};
    }
    const std::string_view all = m_inner->so_far();
    if (const std::size_t end = all.rfind('\n') + 1; end > m_read) { // npos + 1 is 0
      m_so_far += masked_lines(all.substr(m_read, end - m_read), m_masker);
      m_read = end;
    }
    return m_so_far;
  }

private:
  /// Drops a last line that was cut: the masker cannot recognise half a secret. A single line
  /// stays.
  static std::string_view whole_lines(std::string_view text, bool cut)
  {
    const std::size_t line_end = cut ? text.rfind('\n') : std::string_view::npos;
    return line_end == std::string_view::npos ? text : text.substr(0, line_end + 1);
  }

  std::unique_ptr<Job> m_inner;
  Answer m_answer;
  const Masker& m_masker;
  std::vector<Answered>* m_kept; ///< not owned
  std::size_t m_place = 0;
  mutable CommandResult m_result{};
  mutable bool m_masked = false;
  mutable std::string m_so_far{};
  mutable std::size_t m_read = 0;
};

} // namespace

std::string masked_lines(std::string_view text, const Masker& masker)
{
  const std::string known = masker.masked(plain_text(text));
  std::string out;
  out.reserve(known.size());
  for (std::size_t from = 0; from < known.size();) {
    const std::size_t end = std::min(known.find('\n', from), known.size());
    out += mask_line(std::string_view(known).substr(from, end - from));
    out += end < known.size() ? "\n" : "";
    from = end + 1;
  }
  return out;
}

std::unique_ptr<Job> MaskedRunner::start(const Command& command)
{
  if (command.secret_input) {
    m_masker.learn(secrets_of_text(Secret(command.input)));
  }
  return std::make_unique<MaskedJob>(m_inner.start(command), command, m_masker, m_kept);
}

} // namespace iplease
