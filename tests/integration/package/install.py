# SPDX-License-Identifier: Apache-2.0
"""`cmake --install` installs the same files as a package: install.py BUILD"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(sys.argv[1])
WANTED = {
    'bin/iplease': None,
    'bin/kubectl-iplease': None,
    'share/man/man1/iplease.1': ('man',),
    'share/bash-completion/completions/iplease': ('completion', 'bash'),
    'share/zsh/site-functions/_iplease': ('completion', 'zsh'),
    'share/fish/vendor_completions.d/iplease.fish': ('completion', 'fish'),
    'share/doc/iplease/README.md': None,
    'share/doc/iplease/CHANGELOG.md': None,
    'share/doc/iplease/SECURITY.md': None,
    'share/doc/iplease/LICENSE': None,
    'share/doc/iplease/examples/flags.example.yaml': None,
}


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more).stdout


with tempfile.TemporaryDirectory() as folder:
    run('cmake', '--install', str(BUILD), env={**os.environ, 'DESTDIR': folder})
    prefix = Path(folder, 'usr/local')
    found = {str(path.relative_to(prefix)) for path in prefix.rglob('*') if path.is_symlink() or path.is_file()}
    found = {name for name in found if not name.startswith('share/doc/iplease/html/')}
    assert found == set(WANTED), f'differs: {found ^ set(WANTED)}'
    program = prefix / 'bin/iplease'
    for name, words in WANTED.items():
        if words is not None:
            assert (prefix / name).read_text() == run(program, *words), f'{name} is not what the program says'
    plugin = prefix / 'bin/kubectl-iplease'
    assert os.readlink(plugin) == 'iplease', 'the plugin must move with the program'
    assert 'kubectl iplease' in run(plugin, '--help'), 'the plugin does not know its name'
    flags = prefix / 'share/doc/iplease/examples/flags.example.yaml'
    told = subprocess.run([program, 'config', 'validate', '-f', flags], capture_output=True, text=True, check=False)
    assert told.returncode in (0, 2) and 'IPL-CFG-001' not in told.stderr, told
print(f'{len(found)} files')
