// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/command_table.hpp>
#include <iplease/cli/completion.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/schema.hpp>

#include <algorithm>

namespace iplease {

namespace {

using Words = std::vector<std::string>;

/// Number of words in a command's name: 2 for `config init`.
std::size_t length_of(const CommandSpec& command)
{
  return command.name.find(' ') == std::string_view::npos ? 1 : 2;
}

class Completer {
public:
  Completer(const Words& words, const CompletionFacts& facts)
      : m_words(words),
        m_facts(facts),
        m_current(words.empty() ? "" : words.back())
  {
  }

  Completion run()
  {
    const std::size_t before = m_words.empty() ? 0 : m_words.size() - 1;
    for (const CommandSpec& command : command_table()) {
      if (before >= length_of(command) && names(command)) {
        after(command);
        return std::move(m_found);
      }
    }
    if (before <= 1) {
      command_words(before);
    }
    return std::move(m_found);
  }

private:
  [[nodiscard]] bool names(const CommandSpec& command) const
  {
    const std::string first = length_of(command) == 1 ? m_words[0] : m_words[0] + " " + m_words[1];
    return command.name == first;
  }

  void offer(const std::string& word, std::string_view meaning = {})
  {
    const bool there = std::ranges::any_of(
        m_found.words, [&](const auto& entry) { return entry.first == m_prefix + word; });
    if (word.starts_with(m_current) && !there) {
      m_found.words.emplace_back(m_prefix + word, meaning);
    }
  }

  void command_words(std::size_t before)
  {
    for (const CommandSpec& command : command_table()) {
      const std::string name(command.name);
      const std::size_t blank = name.find(' ');
      if (before == 0) {
        offer(name.substr(0, blank), blank == std::string::npos ? command.summary : "");
      } else if (blank != std::string::npos && name.substr(0, blank) == m_words[0]) {
        offer(name.substr(blank + 1), command.summary);
      }
    }
    if (before == 0 && m_current.starts_with('-')) {
      for (const char* flag : {"--help", "--help-all", "--version"}) {
        offer(flag);
      }
    }
  }

  void after(const CommandSpec& command)
  {
    const std::vector<OptionSpec> options = options_of(command);
    if (const std::size_t equals = m_current.find('=');
        m_current.starts_with("--") && equals != std::string::npos) {
      const std::string name = m_current.substr(0, equals);
      m_prefix = name + "=";
      m_current.erase(0, equals + 1);
      value_of(find(options, name));
      return;
    }
    const std::string& last = m_words[m_words.size() - 2];
    const OptionSpec* open = last.starts_with('-') ? find(options, last) : nullptr;
    if (open != nullptr && !open->argument.empty()) {
      value_of(open);
      return;
    }
    if (!m_current.starts_with('-') && !command.positional.empty()) {
      positional(command.positional);
      return;
    }
    for (const OptionSpec& option : options) {
      if (option.repeats ||
          std::ranges::find(m_words, "--" + std::string(option.name)) == m_words.end()) {
        offer("--" + std::string(option.name), option.help);
      }
    }
    offer("--help", "show the help of this command");
  }

  static const OptionSpec* find(const std::vector<OptionSpec>& options, const std::string& word)
  {
    const auto found = std::ranges::find_if(options, [&](const OptionSpec& option) {
      return word == "--" + std::string(option.name) ||
             (option.letter != 0 && word == std::string{'-', option.letter});
    });
    return found == options.end() ? nullptr : &*found;
  }

  void value_of(const OptionSpec* option)
  {
    if (option == nullptr) {
      return;
    }
    std::string_view values = option->values;
    while (!values.empty()) {
      const std::size_t bar = std::min(values.find('|'), values.size());
      offer(std::string(values.substr(0, bar)));
      values.remove_prefix(std::min(bar + 1, values.size()));
    }
    if (option->name == "timeout") {
      for (const std::string& stage : m_facts.stages) {
        offer(stage + "=");
      }
    } else if (option->name == "set") {
      for (const std::string& path : setting_paths()) {
        offer(path + "=", find_key(path)->help);
      }
    } else if (option->name == "accept-risk") {
      all_ids();
    } else if (option->name == "only") {
      all(m_facts.checks);
    } else if (option->name == "context") {
      all(m_facts.contexts);
    }
    m_found.files = option->argument == "FILE" || option->argument == "DIR";
  }

  void all(const Words& words)
  {
    for (const std::string& word : words) {
      const CatalogueEntry* entry = find_entry(word);
      offer(word, entry == nullptr ? "" : entry->title);
    }
  }

  void all_ids()
  {
    for (const CatalogueEntry& entry : catalogue()) {
      offer(std::string(entry.id), entry.title);
    }
  }

  void positional(std::string_view placeholder)
  {
    const auto is = [&](std::string_view word) {
      return placeholder.find(word) != std::string_view::npos;
    };
    if (is("KEY")) {
      for (const std::string& path : setting_paths()) {
        offer(path, find_key(path)->help);
      }
    } else if (is("WORD")) {
      offer("exit-codes", "what the process answers to its caller");
      for (const std::string& stage : m_facts.stages) {
        offer(stage, "a stage of enable");
      }
      for (const std::string& path : setting_paths()) {
        offer(path, find_key(path)->help);
      }
      all_ids();
    } else if (is("RUN")) {
      all(m_facts.runs);
      for (const std::string& stage : m_facts.stages) {
        if (is("STAGE") && stage != "preflight" && stage != "migrate") { // undo does not have these
          offer(stage, "back to before this stage");
        }
      }
    } else if (is("SHELL")) {
      for (const char* shell : {"bash", "zsh", "fish"}) {
        offer(shell);
      }
    } else {
      m_found.files = true;
    }
  }

  const Words& m_words;
  const CompletionFacts& m_facts;
  std::string m_current;
  std::string m_prefix{}; ///< "--timeout=" while completing its value
  Completion m_found{};
};

constexpr const char* k_bash = R"(# iplease completion for bash: source <(iplease completion bash)
_iplease() {
  local line=${COMP_LINE:0:COMP_POINT} current out mode
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${words[${#words[@]} - 1]}
  out=$("${words[0]}" __complete "${words[@]:1}" 2>/dev/null) || return
  mode=${out##*:}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    [[ $word == :* || -z $word ]] || COMPREPLY+=("$word")
  done <<<"$out"
  # Bash completes only what stands behind the last `=`.
  if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*=}"}"}")
  fi
  [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
  if [[ $mode == 0 ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${current##*=}")
  fi
}
complete -F _iplease iplease
)";

constexpr const char* k_zsh = R"(#compdef iplease
# iplease completion for zsh: source <(iplease completion zsh), or save it as _iplease in $fpath
_iplease() {
  local line mode
  local -a found
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :<-> ]]; then
      mode=${line#:}
    elif [[ -n $line ]]; then
      found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done
  (( $#found )) && _describe iplease found
  [[ $mode == 0 ]] && _files
  return 0
}
if [[ ${funcstack[1]-} == _iplease ]]; then
  _iplease "$@"
else
  compdef _iplease iplease
fi
)";

constexpr const char* k_fish = R"(# iplease completion for fish: iplease completion fish | source
function __iplease_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  for line in ($program __complete $words "$current" 2>/dev/null)
    switch $line
      case ':0'
        __fish_complete_path "$current"
      case ':*'
      case '*'
        echo $line
    end
  end
end
complete -c iplease -f -a '(__iplease_complete)'
)";

} // namespace

Completion complete(const std::vector<std::string>& words, const CompletionFacts& facts)
{
  return Completer(words, facts).run();
}

std::string completion_lines(const Completion& completion)
{
  std::string text;
  for (const auto& [word, meaning] : completion.words) {
    text += word + (meaning.empty() ? "" : "\t" + meaning) + "\n";
  }
  return text + (completion.files ? ":0\n" : ":4\n");
}

std::string completion_script(const std::string& shell)
{
  return shell == "bash" ? k_bash : shell == "zsh" ? k_zsh : shell == "fish" ? k_fish : "";
}

} // namespace iplease
