# SPDX-License-Identifier: Apache-2.0
"""The packages of packaging/package: identical bytes twice, no lintian error, only the promised libraries in the
portable program, and both work in clean roots of Debian 12 and 13. Exit 125 if this machine cannot make such a root."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[2]
SUITES = ('bookworm', 'trixie')
MAY_NEED = {'libcurl.so.4', 'libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2'}
NEWEST_GLIBC = (2, 35)  # Ubuntu 22.04


def run(*argv, **more):
    done = subprocess.run(argv, capture_output=True, text=True, check=False, **more)
    if done.returncode == 125:
        print(done.stdout + done.stderr)
        sys.exit(125)
    assert done.returncode == 0, f'{argv}: exit {done.returncode}\n{done.stdout}\n{done.stderr}'
    return done.stdout


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def portable(packages, scratch):
    run('tar', '-xzf', str(next(packages.glob('*.tar.gz'))), '-C', str(scratch), '--strip-components=1')
    program = scratch / 'bin/iplease'
    needed = set(re.findall(r'\(NEEDED\).*\[(.*)\]', run('readelf', '-d', str(program))))
    assert needed <= MAY_NEED, f'needs {needed - MAY_NEED}'
    versions = {tuple(map(int, one.split('.'))) for one in re.findall(r'GLIBC_([0-9.]+)', run('readelf', '-V', str(program)))}
    assert max(versions) <= NEWEST_GLIBC, f'needs glibc {max(versions)}'
    bill = json.loads(next(packages.glob('*.spdx.json')).read_text())
    linked = {one['name'] for one in bill['packages']}
    assert {'fmt', 'spdlog', 'yaml-cpp', 'libyaml', 'CLI11', 'nlohmann-json', 'libstdc++'} <= linked, linked
    print(f'portable: needs {sorted(needed)}, glibc {max(versions)}')


def in_root(suite, packages):
    told = run('unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'mmdebstrap', '--mode=root',
               '--variant=minbase', '--format=null', f'--customize-hook=copy-in {packages} /',
               f'--customize-hook=copy-in {HERE}/in_root /', f'--customize-hook=chroot "$1" sh /in_root {suite} >&2', suite, '/dev/null')
    print(f'{suite}: installed, used, upgraded, purged; the tarball runs {told}')


def main():
    if not os.environ.get('IPLEASE_LONG'):
        print('only with ./dev test --long')
        sys.exit(125)
    for tool in ('mmdebstrap', 'lintian', 'readelf'):
        if not shutil.which(tool):
            print(f'{tool} is not here')
            sys.exit(125)
    with tempfile.TemporaryDirectory() as folder:
        packages, again, scratch = (Path(folder, name) for name in ('packages', 'again', 'scratch'))
        scratch.mkdir()
        run(str(TOP / 'packaging/package'), '--out', str(packages))
        run('sha256sum', '--check', '--strict', 'SHA256SUMS', cwd=packages)
        for deb in packages.glob('*.deb'):
            print(run('lintian', '--fail-on', 'error', '--tag-display-limit', '0', str(deb)))
        portable(packages, scratch)
        for suite in SUITES:
            in_root(suite, packages)
        elsewhere = Path(folder, 'elsewhere')
        run('git', 'clone', '-q', str(TOP), str(elsewhere))
        if (TOP / 'build/docs').is_dir():
            shutil.copytree(TOP / 'build/docs', elsewhere / 'build/docs')
        run(str(elsewhere / 'packaging/package'), '--out', str(again))
        assert digests(packages) == digests(again), f'two builds differ: {digests(packages)} {digests(again)}'
        print('two builds: the same bytes')


main()
