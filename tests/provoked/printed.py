#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that the program can print has a row in docs/testing.md, "Printed commands", whose test executes it.

iplease's own commands come from the string literals in src/ and include/ and from the catalogue. Such a command goes
from `iplease` up to the first word that is not a command, an option, its value or an argument. A value known only at
run time is a hole; any capital word in a row matches it. A row's test must call follow(...) or typed(...) with the
command exactly as in the row. If it executes the command in another way, the row quotes the words of the test that do
so.

kubectl, helm and curl commands come from the catalogue. Their rows begin with the ids. The row's test either has each
id in a table row with a cure, or the row quotes the words that execute the commands. A row without a test says why no
lab can run it.

printed.py TOP [--list]"""

import ast
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1])
HOLE = "\0"
# Help, the manual page and completions show usage. Other tests run what they show.
USAGE = {"src/cli/command_table.cpp", "src/cli/help.cpp", "src/cli/man.cpp", "src/cli/completion.cpp"}
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"\((?P<raw>.*?)\)"|"(?P<text>(?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\]|\\.)+\'', re.S)
TOOLS = re.compile(
    r"(?<![\w/-])(?:kubectl (?:-n|get|describe|logs|auth|config|rollout|scale|patch|label|delete|create|apply|edit|set"
    r"|uncordon) |helm (?:-n|list|rollback|history|get|upgrade|search|repo|pull|uninstall) |curl (?:-|https?:|URL))")


def command_specs():
    """Command -> whether it takes an argument; and the options that take a value."""
    code = (TOP / "src/cli/command_table.cpp").read_text(encoding="utf-8")
    names = re.findall(r'\{"([a-z][a-z ]*)",\s*"[^"]*",\s*(?:\{\}|"([^"]*)"),\s*\{', code)
    valued = set()
    for name, letter, value in re.findall(r'\{"([a-z-]+)",\s*(0|\'\w\'),\s*(\{\}|"[^"]*")', code):
        if value != "{}":
            valued |= {f"--{name}"} | ({f"-{letter[1]}"} if letter != "0" else set())
    return {name: bool(takes) for name, takes in names}, valued | {"-o", "--output"}


COMMANDS, VALUED = command_specs()
OURS = re.compile(rf"(?<![\w/.-])iplease ({'|'.join(sorted(COMMANDS, key=len, reverse=True))})(?![\w-])")


def joined(code):
    """A C++ file's string literals, with lines. Adjacent literals are joined, and whatever + puts between them is a
    hole."""
    texts, end = [], 0
    for match in TOKEN.finditer(code):
        raw, text = match.group("raw"), match.group("text")
        if raw is None and text is None:
            code = code[:match.start()] + " " * (match.end() - match.start()) + code[match.end():]
            continue
        line = code.count("\n", 0, match.start()) + 1
        part = raw if raw is not None else text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
        part = re.sub(r"\{\d?(?::[^{}]*)?\}", HOLE, part)
        between = code[end:match.start()]
        if texts and not between.strip():
            texts[-1][1] += part
        elif texts and re.match(r"\s*\+", between) and re.search(r"\+\s*$", between) and not re.search(r"[;{}?]", between):
            texts[-1][1] += (HOLE if between.strip() != "+" else "") + part
        else:
            if texts and re.match(r"\s*\+", between):
                texts[-1][1] += HOLE
            texts.append([line, part])
        end = match.end()
    if texts and re.match(r"\s*\+", code[end:]):
        texts[-1][1] += HOLE
    return texts


def listed(code):
    """Commands built word by word: {"iplease", "enable", "-f", path}."""
    for match in re.finditer(r'\{"iplease",([^{};]*)\}', code):
        words = [word.strip() for word in match.group(1).split(",")]
        text = " ".join(word.strip('"') if word.startswith('"') else HOLE for word in words)
        yield code.count("\n", 0, match.start()) + 1, "iplease " + text


def is_value(word):
    """Whether the word can be an argument of iplease, and not the next word of a sentence."""
    return bool(word) and (HOLE in word or not re.fullmatch(r"[a-z][a-z'-]*", word))


def commands_in(text):
    for match in OURS.finditer(text):
        found, name = [match.group(0)], match.group(1)
        rest, argument = text[match.end():], COMMANDS[name]
        while word := re.match(r" ([^\s`|)>]+)", rest):
            plain = re.sub(r"[.,;:']+$", "", word.group(1))
            plain = re.sub(f"^(-.*|[a-z]+){HOLE}$", r"\1", plain)  # options may follow the hole
            if re.match(r"--?[a-z]", plain):
                found.append(plain)
                argument = argument or plain in VALUED
            elif argument and is_value(plain) and not plain.startswith(("(", "·")):
                found.append(plain)
                argument = False
            elif found[-1] in VALUED:
                found.append(plain)
                argument = False
            else:
                break
            if plain != word.group(1):
                break
            rest = rest[word.end():]
        yield " ".join(found)


def catalogue():
    """Id -> (file:line, what it prints)."""
    entries = {}
    for file in sorted((TOP / "src/core/catalogue").glob("*.def")):
        code, texts = file.read_text(encoding="utf-8"), []
        for match in re.finditer(r'(?:PROBLEM|RISK)\("(IPL-[A-Z]+-\d+)",((?:\s*"(?:[^"\\]|\\.)*",?)+)\)', code):
            texts = re.findall(r'"((?:[^"\\]|\\.)*)"', match.group(2))
            line = code.count("\n", 0, match.start()) + 1
            entries[match.group(1)] = (f"{file.relative_to(TOP)}:{line}", [one.replace('\\"', '"') for one in texts[1:]])
    return entries


def printed():
    """Command -> the places that print it."""
    found = {}
    for folder in ("src", "include"):
        for file in sorted((TOP / folder).rglob("*.?pp")):
            name = str(file.relative_to(TOP))
            if name not in USAGE:
                code = file.read_text(encoding="utf-8")
                for line, text in [*joined(code), *listed(code)]:
                    for command in commands_in(text):
                        found.setdefault(command, []).append(f"{name}:{line}")
    for place, texts in catalogue().values():
        for command in (one for text in texts for one in commands_in(text)):
            found.setdefault(command, []).append(place)
    return found


def tools():
    """Ids whose cause or fix prints a command of another program."""
    return {identity: place for identity, (place, texts) in catalogue().items() if any(TOOLS.search(one) for one in texts)}


def table():
    """(first cell, tests) of each row. A test is (file, words in it that execute the command, or "")."""
    page = (TOP / "docs/testing.md").read_text(encoding="utf-8")
    part = page.partition("\n## Printed commands\n")[2].partition("\n## ")[0]
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "printed command" and not cells[0].startswith("---"):
            yield cells[0], re.findall(r"`([\w/]+\.py)`(?: \(`([^`]+)`\))?", cells[2])


def followed(file):
    """The commands that a test follows, and the ids in table rows with a cure."""
    commands, ids = set(), set()
    for node in ast.walk(ast.parse((TOP / "tests" / file).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ("follow", "typed") and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            commands.add(node.args[1].value)
        if name in ("Row", "Cure"):
            # A row whose cure is the printed command. `doctor --fix` is iplease's own and needs no row here.
            if name == "Cure" or any(word.arg == "cure" for word in node.keywords):
                ids |= set(re.findall(r"IPL-[A-Z]+-\d+", ast.dump(node)))
    return commands, ids


def same(row, command):
    """Whether a row matches a printed command. A hole matches any capital word."""
    pattern = "".join(r"[A-Z]{2,}" if part == HOLE else re.escape(part) for part in re.split(f"({HOLE})", command))
    return re.fullmatch(pattern, row) is not None


def executes(row, file, words, ids=()):
    """What is wrong with a row's test. Nothing if it executes the command."""
    path = TOP / "tests" / file
    if not path.is_file():
        return f"{row}: there is no tests/{file}"
    if words:
        return "" if words in path.read_text(encoding="utf-8") else f"{row}: `{words}` is not in tests/{file}"
    commands, cured = followed(file)
    if ids:
        return "".join(f"{one}: tests/{file} has no row with its cure\n" for one in ids if one not in cured).rstrip()
    return "" if row in commands else f"{row}: tests/{file} does not follow it"


def main():
    found, cures, wrong, rows, told = printed(), tools(), [], [], set()
    for cell, tests in table():
        ids = re.findall(r"IPL-[A-Z]+-\d+", cell) if cell.startswith("IPL-") else []
        row = cell.strip("`")
        wrong += [f"{cell}: names no test"] if not tests and not ids else []
        wrong += filter(None, (executes(row, file, words, ids) for file, words in tests))
        wrong += [f"{one}: the catalogue prints no kubectl, helm or curl of it any more" for one in ids if one not in cures]
        told |= set(ids)
        if row.startswith("iplease ") and not any(same(row, command) for command in found):
            wrong.append(f"{row}: nothing prints it any more")
        rows.append(row)
    for command, places in sorted(found.items()):
        if not any(same(row, command) for row in rows):
            wrong.append(f"{places[0]}: `{command.replace(HOLE, '...')}` is printed and has no row")
    wrong += [f"{place}: {one} prints a command of another program and has no row" for one, place in cures.items()
              if one not in told]
    print("\n".join(wrong) or f"{len(found)} commands of ours, {len(cures)} ids with others', {len(rows)} rows")
    return 1 if wrong else 0


if "--list" in sys.argv:
    for printed_command, where in sorted(printed().items()):
        print(printed_command.replace(HOLE, "..."), "   ", " ".join(where))
    for entry, where in tools().items():
        print(entry, where)
else:
    sys.exit(main())
