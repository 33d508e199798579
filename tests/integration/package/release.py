# SPDX-License-Identifier: Apache-2.0
"""`./dev release VERSION` refuses what must not become a release, reports all reasons at once, and creates no tag."""

import os
import shutil
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
TODAY = datetime.now(timezone.utc).strftime('%Y-%m-%d')


def run(folder, *argv, code=0):
    env = {**os.environ, 'IPLEASE_RELEASE_CHECKS': 'only', 'GIT_CONFIG_GLOBAL': '/dev/null'}
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == code, f'{argv}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}'
    return done.stdout + done.stderr


def commit(folder, changelog, version='1.2.3'):
    (folder / 'CHANGELOG.md').write_text(changelog)
    (folder / 'CMakeLists.txt').write_text(f'project(iplease VERSION {version} LANGUAGES CXX)\n')
    run(folder, 'git', 'add', '-A')
    run(folder, 'git', '-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'x')


with tempfile.TemporaryDirectory() as name:
    tree = Path(name)
    (tree / 'packaging').mkdir()
    shutil.copy(TOP / 'packaging/release', tree / 'packaging')
    release = tree / 'packaging/release'
    run(tree, 'git', 'init', '-q')
    assert 'which version' in run(tree, release, code=2)
    assert 'which version' in run(tree, release, '1.2', code=2)

    commit(tree, '# Changelog\n\n## Unreleased\n', version='1.2.2')
    (tree / 'left').write_text('not committed\n')
    told = run(tree, release, '1.2.3', code=1)
    for reason in ('not committed', 'says VERSION 1.2.2', f'no line "## 1.2.3 - {TODAY}"', 'still has "## Unreleased"'):
        assert reason in told, f'{reason}: {told}'

    commit(tree, f'# Changelog\n\n## 1.2.3 - {TODAY}\n')
    run(tree, release, '1.2.3')
    run(tree, 'git', 'tag', 'v1.2.3')
    assert 'is there already' in run(tree, release, '1.2.3', code=1)
