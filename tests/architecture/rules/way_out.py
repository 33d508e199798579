# SPDX-License-Identifier: Apache-2.0
"""All text goes out through `plain_text`. Only the files listed here may draw or paint."""

import re

# What only a few files may contain, and which files.
FEW = [
    (r'\\x1b|\\033|\\e\[', 'an escape sequence',
     r'src/(report/(live_view|screen)|platform/terminal_prompt|wizard/line_editor)\.cpp'),
    (r'(?<!plain_)\bwriter_to\(', 'a writer without plain_text',
     r'(src|include/iplease)/(platform/terminal(_prompt)?|app/world)\.[ch]pp'),
    (r'\bpainted(_err_writer)?\(', 'bytes past plain_text', r'src/app/(world\.[ch]pp|carry_out\.cpp)'),
    (r'\bdocument\(', 'a result whose bytes count',
     r'src/app/(world\.[ch]pp|enable\.cpp|undo_command\.cpp|small_commands\.cpp|config_commands\.cpp)'),
]


def violations(tree):
    found = []
    for name in tree.sources():
        for number, line in enumerate((tree.top / name).read_text(encoding='utf-8').splitlines(), 1):
            for what, word, who in FEW:
                code = line.split('//')[0]
                if re.search(what, code) and not re.fullmatch(who, name):
                    found.append(f'{name}:{number}: {word} is not for this file')
    return found
