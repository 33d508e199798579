// SPDX-License-Identifier: Apache-2.0
#include <iplease/wizard/line_editor.hpp>

#include <catch2/catch.hpp>

#include <vector>

using namespace iplease;
using Event = LineEditor::Event;

namespace {

struct Keyboard {
  LineEditor editor{"> ", false};
  std::string echo{};
  std::size_t columns = 80;
  Event type(std::string_view burst) { return editor.feed(burst, columns, echo); }
};

/// The terminal's last line after the echo: understands CR, \b and ESC[K.
std::string last_line(const std::string& echo)
{
  std::string line;
  std::size_t at = 0;
  for (std::size_t i = 0; i < echo.size(); ++i) {
    if (echo[i] == '\n') {
      line.clear();
      at = 0;
    } else if (echo[i] == '\r') {
      at = 0;
    } else if (echo[i] == '\b') {
      at -= at > 0 ? 1U : 0U;
    } else if (echo.compare(i, 3, "\x1b[K") == 0) {
      line.resize(at);
      i += 2;
    } else {
      line.resize(std::max(line.size(), at + 1), ' ');
      line[at++] = echo[i];
    }
  }
  return line;
}

} // namespace

TEST_CASE("Typed keys become a line, and what is shown is what was typed", "[wizard][editor]")
{
  Keyboard keys;
  CHECK(keys.type("198.51.100.9") == Event::none);
  CHECK(keys.type("\x7f") == Event::none);
  CHECK(keys.type("0/28") == Event::none);
  CHECK(last_line(keys.echo) == "198.51.100.0/28");
  CHECK(keys.type("\r") == Event::line);
  CHECK(keys.editor.text() == "198.51.100.0/28");
}

TEST_CASE("Backspace takes a whole character, whatever its bytes and columns", "[wizard][editor]")
{
  for (const std::string character : {"é", "–", "🙂", "／", "e\xCC\x81"}) {
    Keyboard keys;
    CHECK(keys.type("a" + character) == Event::none);
    const std::size_t shown = keys.echo.size();
    CHECK(keys.type("\x7f") == Event::none);
    CHECK(keys.editor.text() == "a");
    const bool wide = character == "🙂" || character == "／";
    CHECK(keys.echo.substr(shown) == (wide ? "\b\b  \b\b" : "\b \b"));
  }
  Keyboard empty;
  CHECK(empty.type("\x7f\x7f") == Event::none);
  CHECK(empty.echo.empty());
}

TEST_CASE("Words and lines can be taken back", "[wizard][editor]")
{
  Keyboard keys;
  keys.type("198.51.100.0/28, 198.51.100.64/28");
  keys.type("\x17");
  CHECK(keys.editor.text() == "198.51.100.0/28, ");
  keys.type("\x15");
  CHECK(keys.editor.text().empty());
}

TEST_CASE("Pasted line breaks join one answer and never answer the next question",
          "[wizard][editor]")
{
  Keyboard keys;
  CHECK(keys.type("198.51.100.0/28\r\n198.51.100.64/28\n") == Event::line);
  CHECK(keys.editor.text() == "198.51.100.0/28, 198.51.100.64/28");

  Keyboard commas;
  CHECK(commas.type("198.51.100.0/28,\n\n198.51.100.64/28") == Event::none);
  CHECK(commas.editor.text() == "198.51.100.0/28, 198.51.100.64/28");

  Keyboard only_breaks;
  CHECK(only_breaks.type("\n\n\n") == Event::line);
  CHECK(only_breaks.editor.text().empty());
}

TEST_CASE("Ctrl-D ends an empty line only, Ctrl-C always interrupts", "[wizard][editor]")
{
  Keyboard keys;
  CHECK(keys.type("ab\x04") == Event::none);
  CHECK(keys.editor.text() == "ab");
  CHECK(keys.type("\x03\r") == Event::interrupt); // the Enter after it answers nothing
  Keyboard empty;
  CHECK(empty.type("\x04") == Event::end);
  CHECK(empty.type("\x1a") == Event::suspend);
}

TEST_CASE("Arrow keys, bracketed paste and control bytes leave no trace", "[wizard][editor]")
{
  for (const std::string keys_sent : {"a\x1b[Db",
                                      "a\x1b[200~b\x1b[201~",
                                      "a\x1bOPb",
                                      "a\x01\x02\x07"
                                      "b",
                                      "a\x1b[1;5Cb"}) {
    Keyboard keys;
    keys.type(keys_sent);
    CHECK(keys.editor.text() == "ab");
    CHECK(keys.echo == "ab");
  }
  Keyboard tab;
  tab.type("a\tb");
  CHECK(tab.editor.text() == "a b");
}

TEST_CASE("Bytes that are no UTF-8 are shown as unknown and do not break the line",
          "[wizard][editor]")
{
  Keyboard keys;
  keys.type("a\xff\xc3(");
  CHECK(keys.editor.text() == "a\xEF\xBF\xBD\xEF\xBF\xBD(");
}

TEST_CASE("A line wider than the window stays on one line where redrawing is allowed",
          "[wizard][editor]")
{
  Keyboard keys;
  keys.editor = LineEditor("> ", true);
  keys.columns = 20;
  keys.echo = "> ";
  const std::string text = "198.51.100.64-198.51.100.70";
  for (const char c : text) {
    keys.type(std::string(1, c));
    CHECK(last_line(keys.echo).size() < 20);
  }
  CHECK(last_line(keys.echo).ends_with("198.51.100.70"));
  for (int i = 0; i < 14; ++i) {
    keys.type("\x7f");
  }
  CHECK(last_line(keys.echo).find("> 198.51.100.64") == 0);
  CHECK(keys.editor.text() == "198.51.100.6"
                              "4");
}

TEST_CASE("Without redrawing neither CR nor ESC is ever sent", "[wizard][editor]")
{
  Keyboard keys;
  keys.columns = 20;
  keys.type("198.51.100.64-198.51.100.70");
  keys.type("\x7f\x7f\x7f");
  CHECK(keys.echo.find('\r') == std::string::npos);
  CHECK(keys.echo.find('\x1b') == std::string::npos);
  CHECK(last_line(keys.echo) == "> 198.51.100.64-198.51.100");
}
