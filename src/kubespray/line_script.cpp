// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/secrets.hpp>

namespace iplease::kubespray {

namespace {

/// A line as sed's `a` and `i` take it: the first backslash keeps leading blanks.
std::string sed_text(std::string_view line)
{
  std::string text = "\\";
  for (const char c : line) {
    text += c == '\\' ? "\\\\" : std::string(1, c);
  }
  return text;
}

} // namespace

std::string
line_script(const std::string& path, const std::string& old_text, const std::string& new_text)
{
  const std::string quoted = shell_quote(path);
  const auto old_lines = split_lines(old_text);
  const auto new_lines = split_lines(new_text);
  std::string adds;
  std::string deletes; // last, since sed's `d` ends the work on its line
  for (const DiffLine& line : compare_lines(old_lines, new_lines)) {
    if (line.sign == '-') {
      deletes += std::to_string(line.old_line + 1) + "d\n";
    } else if (line.sign == '+') {
      const std::string_view added = new_lines[line.new_line];
      if (mask_line(added) != added) {
        return "echo " +
               shell_quote("a line of " + path +
                           " that changes holds a secret: use iplease enable") +
               " >&2\nexit 3\n";
      }
      adds += line.old_line == 0 ? "1i\\\n" : std::to_string(line.old_line) + "a\\\n";
      adds += sed_text(added) + "\n";
    }
  }
  if (old_text.empty()) {
    return "umask 077\n[ ! -e " + quoted + " ]\ncat >" + quoted + " <<'IPLEASE_END'\n" + new_text +
           "IPLEASE_END\n";
  }
  return "echo " + shell_quote(sha256_hex(old_text) + "  " + path) +
         " | sha256sum -c - >/dev/null\ncp -p " + quoted + " " + quoted +
         ".before-iplease\nsed -i -f - " + quoted + " <<'IPLEASE_END'\n" + adds + deletes +
         "IPLEASE_END\n";
}

} // namespace iplease::kubespray
