# SPDX-License-Identifier: Apache-2.0
"""Effects and libraries stay behind their doors: which file may include which header (docs/architecture.md)."""

import re

# Regular expressions: over the header, and over the files that may include it.
DOORS = [
    (r'spawn\.h|unistd\.h|fcntl\.h|poll\.h|termios\.h|sys/.*|dirent\.h|pwd\.h', r'src/platform/'),
    (r'netdb\.h|arpa/.*|netinet/.*|ifaddrs\.h|net/.*', r'src/platform/'),
    (r'fstream|iostream|thread|mutex|future|pthread\.h', r'nowhere'),
    (r'curl/.*', r'src/platform/http\.cpp'),
    (r'spdlog/.*', r'src/report/log\.cpp'),
    (r'CLI/.*', r'src/cli/options\.cpp'),
    (r'yaml\.h', r'src/yaml/read_nodes\.cpp'),
    (r'yaml-cpp/.*', r'src/cluster/(parse|access|chart_index)[a-z_]*\.cpp'),
    (r'cstdio|cstdlib|filesystem|csignal|ctime|iplease/(engine|platform|cluster|report|cli|app)/.*', r'(?!.*\biplease/core/|src/core/)'),
    (r'iplease/(platform|report|cli|app)/.*', r'(?!.*\b(stages|checks|cluster|yaml|migrate|kubespray)/)'),
    (r'(iplease|\.\.)/(app|checks|cli|cluster|engine|platform|report|stages|status|wizard)/.*', r'(?!.*\bfacts/)'),
    (r'iplease/(engine/effects\.hpp|engine/run\.hpp)', r'(?!src/stages/|src/yaml/|src/migrate/|src/kubespray/)'),
]

# Files that may include more, each with its reason.
EXCEPTIONS = {
    ('src/app/world.cpp', 'unistd.h'): 'reads environ once, for the whole program',
}


def violations(tree):
    found = []
    for name in tree.sources():
        for number, header in tree.includes(name):
            if (name, header) in EXCEPTIONS:
                continue
            for what, who in DOORS:
                if re.fullmatch(what, header) and not re.match(who, name):
                    found.append(f'{name}:{number}: <{header}> is not for this room')
    return found
