# SPDX-License-Identifier: Apache-2.0
"""No mutable globals, and no function that remembers: everything is passed in.

The linker's symbol table shows what is in writable memory. The source shows which of it is `const` and only set when
the program starts.
"""

import re
import subprocess

THEIRS = re.compile(r'(nlohmann|fmt|spdlog|CLI|YAML|std|__gnu_cxx)::')
WRITABLE = re.compile(r'\.(data|bss|tdata|tbss)(?!\.rel\.ro)')
GENERATED = re.compile(r'guard variable|vtable|typeinfo|VTT for|DW\.ref|^__|^\.|std::__ioinit')


def symbols(library):
    """(object file, demangled name) of each symbol in writable memory."""
    listed = subprocess.run(['objdump', '-tC', library], capture_output=True, check=True, text=True)
    member = ''
    for line in listed.stdout.split('\n'):
        match = re.match(r'(\S+\.o):\s+file format', line)
        if match:
            member = match.group(1)
            continue
        match = re.match(r'[0-9a-f]{16} (.{7}) (\S+)\t[0-9a-f]+\s+(?:\.hidden )?(.*)', line)
        if match and 'd' not in match.group(1) and WRITABLE.match(match.group(2)):
            yield member, match.group(3)


def is_const(tree, name):
    """Whether every declaration of NAME in the sources is constant."""
    declared = re.compile(r'^[^\n(]*?\b(?:static|inline|thread_local|const|constexpr|extern)\b[^\n(;=]*\b'
                          + re.escape(name) + r'\b(?=\s*[{=;(\[])', re.M)
    lines = [match.group(0) for source in tree.sources()
             for match in declared.finditer(tree.text(source))]
    return bool(lines) and all(
        'thread_local' not in line and re.search(r'\bconst(expr)?\b', line)
        and not re.search(r'\*(?!\s*const)\s*\w+$', line) for line in lines)


def violations(tree):
    if tree.objects is None:
        return ['state: no library to look into; build first']
    found = []
    for member, symbol in symbols(tree.objects):
        if GENERATED.search(symbol) or THEIRS.match(symbol):
            continue
        name = re.sub(r'\[abi:\w+\]', '', symbol).split('::')[-1]
        if not is_const(tree, name):
            found.append(f'{member}: {symbol} can change while the program runs')
    return sorted(set(found))
