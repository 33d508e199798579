#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule refuses what it should refuse, and allows what looks similar."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

from rules import doors, places, sizes, state, test_names, types, way_out, words  # noqa: E402
from tree import Tree, code_of  # noqa: E402


class Rules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def refuses(self, rule, name, text, saying):
        path = self.write(name, text)
        found = rule.violations(Tree(self.top))
        path.unlink()
        self.assertTrue(any(saying in line for line in found), f'{rule.__name__} let pass: {text!r}: {found}')

    def allows(self, rule, name, text):
        path = self.write(name, text)
        found = rule.violations(Tree(self.top))
        path.unlink()
        self.assertEqual(found, [], text)

    def test_an_effect_outside_its_room(self):
        for header in ('spawn.h', 'unistd.h', 'fcntl.h', 'sys/stat.h', 'curl/curl.h', 'fstream', 'iostream',
                       'spdlog/spdlog.h', 'CLI/CLI.hpp', 'yaml-cpp/yaml.h', 'yaml.h', 'thread',
                       'iplease/platform/http.hpp', 'iplease/engine/effects.hpp'):
            self.refuses(doors, 'src/stages/pool.cpp', f'#include <{header}>\n', header)
        self.refuses(doors, 'include/iplease/core/plan.hpp', '#include <filesystem>\n', 'filesystem')
        self.refuses(doors, 'src/core/plan.cpp', '#include <iplease/engine/run.hpp>\n', 'engine')
        self.refuses(doors, 'src/report/text.cpp', '#include <spdlog/logger.h>\n', 'spdlog')
        for header in ('iplease/cluster/kubectl.hpp', '../stages/pool.hpp', 'iplease/engine/view.hpp'):
            self.refuses(doors, 'src/facts/pools.cpp', f'#include "{header}"\n', header)
        self.refuses(doors, 'src/cli/prompts.cpp', '#  include <CLI/CLI.hpp>\n', 'CLI')

    def test_a_way_out_past_plain_text(self):
        self.refuses(way_out, 'src/status/text.cpp', 'text += "\\x1b[31m";\n', 'escape sequence')
        self.refuses(way_out, 'src/app/enable.cpp', 'writer_to(1)("a");\n', 'without plain_text')
        self.refuses(way_out, 'src/app/enable.cpp', 'world.painted(text);\n', 'past plain_text')
        self.refuses(way_out, 'src/app/status_command.cpp', 'world.document(text);\n', 'bytes count')
        self.allows(way_out, 'src/app/enable.cpp', 'world.out(text); // never writer_to(1)\n')

    def test_a_name_that_ctest_would_cut(self):
        name = 'tests/unit/core/a.test.cpp'
        self.refuses(test_names, name, 'TEST_CASE("One; two", "[a]")\n', 'One; two')
        self.refuses(test_names, name, 'TEST_CASE(\n    "One"\n    " and; two")\n', 'and; two')
        self.allows(test_names, name, 'TEST_CASE("One, two [3]", "[a]")\n{ f("a;"); }\n')

    def test_words_that_have_a_better_one(self):
        self.refuses(words, 'docs/a.md', 'The pod is made ' + 'anew.\n', 'write again')
        self.refuses(words, 'src/a.cpp', 'int a; // A file ' + 'of ours.\n', 'docs/style.md')
        self.refuses(words, 'tests/unit/a.test.cpp', '/* It\n' + 'is none */\n', 'a.test.cpp:2')
        self.allows(words, 'docs/a.md', 'There is none.\n\n    it is so\n\n| anew |\n\nIt printed `anew`.\n')
        self.allows(words, 'src/a.cpp', 'auto a = "anew"; // again\n')

    def test_an_effect_in_its_room(self):
        self.allows(doors, 'src/platform/http.cpp', '#include <curl/curl.h>\n#include <unistd.h>\n')
        self.allows(doors, 'src/facts/pools.cpp', '#include <iplease/yaml/strict_arp.hpp>\n')
        self.allows(doors, 'src/report/log.cpp', '#include <spdlog/logger.h>\n')
        self.allows(doors, 'src/yaml/read_nodes.cpp', '#include <yaml.h>\n')
        self.allows(doors, 'src/core/plan.cpp', '#include <iplease/core/plan.hpp>\n#include <string>\n')

    def test_a_long_file(self):
        self.refuses(sizes, 'src/core/a.cpp', '\n' * 401, '401 lines')
        self.refuses(sizes, 'tests/lab/a.py', '\n' * 401, '401 lines')
        self.allows(sizes, 'src/core/a.cpp', '\n' * 400)

    def test_a_type_defined_twice(self):
        self.write('src/a.cpp', 'namespace iplease {\nstruct Line {\n  int a;\n};\n}\n')
        for text in ('namespace iplease {\nstruct Line { long b; };\n}\n',
                     'namespace iplease { enum class Line : char { a }; }',
                     'namespace iplease { template <class T> class Line final : Base<T> { }; }',
                     'namespace iplease { inline int f() { return 1; } struct [[nodiscard]] Line { }; }'):
            self.refuses(types, 'src/b.cpp', text, 'iplease::Line')
        for text in ('namespace iplease { namespace { struct Line { }; } }',
                     'namespace iplease::other { struct Line { }; }',
                     'namespace iplease { struct Line; struct Page { struct Line { }; }; }',
                     'namespace iplease { struct Page::Line { }; struct Line* f() { struct Line { }; } }',
                     'namespace iplease { /* struct Line { }; */ auto t = R"(struct Line { };)"; }',
                     'namespace iplease { const auto mark = \'{\'; void f(struct Line& l) { } }'):
            self.allows(types, 'src/b.cpp', text)

    def test_places_of_one_machine(self):
        # Concatenated, so that this file itself keeps the rule.
        for text in ('see /' + 'work/notes/a.md', 'cd /' + 'home/alice/src', 'docs in shared' + '/design/x',
                     'GOPROXY=https:' + '//mirror.corp.internal/go', 'http:' + '//user:pw@pypi.corp.lan:8080/simple'):
            self.refuses(places, 'docs/a.md', text, 'neither' if '://' in text else 'one machine')
        for text in ('http://127.0.0.1:8879/metallb', 'https://provider.example.com:8443/status',
                     'https://metallb.github.io/metallb', 'http://203.0.113.10/', 'src/work/x', '/usr/share/doc',
                     'http://akash-node-1:26657', 'https://kubernetes.default.svc.cluster.local'):
            self.allows(places, 'docs/a.md', text)

    def test_state_that_is_kept(self):
        self.assertEqual(self.kept('static int counter = 0; int next() { return ++counter; }'), ['counter'])
        self.assertEqual(self.kept('namespace iplease { int level; void set(int l) { level = l; } }'), ['level'])
        self.assertEqual(self.kept('int next() { static int seen = 0; return ++seen; }'), ['seen'])
        self.assertEqual(self.kept('static const char* title = "a"; void set(const char* t) { title = t; }'
                                   'const char* get() { return title; }'), ['title'])
        self.assertEqual(self.kept('thread_local int mine = 3; int next() { return ++mine; }'), ['mine'])

    def test_constants_are_no_state(self):
        self.assertEqual(self.kept('static constexpr int k_limit = 3; const int* f() { return &k_limit; }'), [])
        self.assertEqual(self.kept('#include <string>\n#include <vector>\nconst std::vector<std::string>& all()\n'
                                   '{\n  static const std::vector<std::string> names = {"a", "b"};\n'
                                   '  return names;\n}'), [])
        self.assertEqual(self.kept('const char* const k_names[] = {"a", "b"}; const char* f(int i)'
                                   '{ return k_names[i]; }'), [])

    def kept(self, code):
        source = self.write('src/kept.cpp', code)
        built = self.top / 'kept.o'
        subprocess.run(['g++', '-std=c++20', '-O0', '-c', str(source), '-o', str(built)], check=True)
        found = state.violations(Tree(self.top, str(built)))
        return [line.split(' can change')[0].split(': ')[-1].split('::')[-1] for line in found]

    def test_code_without_words(self):
        self.assertEqual(code_of('a // "b\nc "d // e" /* f\n */ g\'h\''), 'a \nc "" \n g""')


if __name__ == '__main__':
    unittest.main()
