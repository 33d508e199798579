#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program uses every id in the catalogue, and a test provokes every id and every exit code.

An id counts if a test asserts on it. In C++: inside a CHECK or REQUIRE, or in a row of expectations (a braced list). In
Python: inside an assert, a claim or a call to a helper that refuses. Also in a golden file of a refusal. It does not
count if a test only creates a Problem with it (`.id = "..."`), accepts a risk with it, or tests the catalogue or the
views.

provoked.py TOP"""

import ast
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1])
ID = re.compile(r"IPL-[A-Z]+-\d{3}")
# Tests that strip the prefix write `CFG-001`.
SHORT = re.compile(r"(?<![A-Z-])(?:IPL-)?([A-Z]{2,5}-\d{3})\b")
VIEWS = ("tests/unit/core/catalogue.test.cpp", "tests/unit/report/", "tests/support/", "tests/provoked/",
         "tests/unit/core/exit_code.test.cpp", "tests/fuzz/")
CPP_ASSERT = re.compile(r"\b(?:CHECK|REQUIRE|CHECK_THAT|REQUIRE_THAT)\b")
EXPECTING = {"claim", "refused", "refused_file", "expect", "Row", "until"}
MADE = re.compile(r"\.id\s*=\s*\"IPL|accept|find_entry|with_catalogue|explain_text")


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def catalogue():
    return {name for file in (TOP / "src/core/catalogue").glob("*.def") for name in ID.findall(text_of(file))}


def used():
    files = [file for folder in ("src", "include") for file in (TOP / folder).rglob("*.?pp")]
    return {name for file in files for name in ID.findall(text_of(file))}


def exit_codes():
    return dict(re.findall(r"^\s*(\w+) = (\d+),", text_of(TOP / "include/iplease/core/exit_code.hpp"), re.M))


def tests(pattern):
    for file in sorted((TOP / "tests").rglob(pattern)):
        if not str(file.relative_to(TOP)).startswith(VIEWS):
            yield file


def statements(code):
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", code, flags=re.S)
    return re.split(r";\s*\n|\{\s*\n|\}\s*\n", code)


def ids_in(text):
    return {f"IPL-{name}" for name in SHORT.findall(text)}


def cpp(found, codes, names):
    for file in tests("*.test.cpp"):
        for statement in statements(text_of(file)):
            if MADE.search(statement):
                continue
            row = re.search(r"\{[^{}]*\"[^\"]*[A-Z]+-\d{3}[^\"]*\"[^{}]*\}", statement)
            if CPP_ASSERT.search(statement) or row or re.match(r"\s*id = \"", statement):
                found |= ids_in(statement)
            if CPP_ASSERT.search(statement):
                codes |= {names[name] for name in re.findall(r"ExitCode::(\w+)", statement) if name in names}


def asserting(node):
    name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
    return isinstance(node, ast.Assert) or name in EXPECTING


def python(found, codes):
    for file in tests("*.py"):
        code = text_of(file)
        for node in filter(asserting, ast.walk(ast.parse(code))):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    found |= set(ID.findall(inner.value))
        codes |= set(re.findall(r"returncode == (\d+)\b", code))
        codes |= set(re.findall(r"\brefused\([^,]*, (\d+),", code))
        codes |= set(re.findall(r"\bwrite\([^,]*, (\d+)[,)]", code))


def main():
    names, found, codes = exit_codes(), set(), set()
    cpp(found, codes, names)
    python(found, codes)
    for file in (TOP / "tests").rglob("*.refused"):
        found |= set(ID.findall(text_of(file)))
    known = catalogue()
    missing = sorted(known - found) + [f"exit {code} {name}" for name, code in names.items() if code not in codes]
    for name in missing:
        print(f"{name}: no test provokes it (write one; {sys.argv[0]} says what counts)")
    dead = sorted(known - used())
    for name in dead:
        print(f"{name}: the program never says it (take it out of the catalogue)")
    print(f"{len(known)} ids and {len(names)} exit codes, {len(missing)} without a test, {len(dead)} without a use")
    return 1 if missing or dead else 0


sys.exit(main())
