#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev packages: two at once, and while another program holds apt's lock.

apt-get and dpkg-query are stand-ins, because a real installation would change this machine. They print what apt 2.6
prints when its lists are locked.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

DEV = pathlib.Path(__file__).resolve().parents[3] / 'dev'

APT = '''#!/bin/sh
case "$*" in *DPkg::Lock::Timeout=*) ;; *) echo "E: will not wait for dpkg's lock" >&2; exit 1 ;; esac
if [ -e "$FOLDER/locked" ]; then
  rm "$FOLDER/locked"
  echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)" >&2
  exit 100
fi
if ! mkdir "$FOLDER/running"; then
  echo "E: two at once" >&2
  exit 1
fi
echo "$*" >> "$FOLDER/calls"
sleep 0.5
case "$*" in *install*broken*) echo 'E: Unable to locate package broken' >&2; rmdir "$FOLDER/running"; exit 100 ;; esac
case "$*" in *install*) touch "$FOLDER/installed" ;; esac
rmdir "$FOLDER/running"
'''
DPKG = '''#!/bin/sh
[ -e "$FOLDER/installed" ] && printf 'ii '
exit 0
'''


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, text in (('apt-get', APT), ('dpkg-query', DPKG)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)
        self.env = {**os.environ, 'FOLDER': folder.name, 'PATH': f'{folder.name}:{os.environ["PATH"]}',
                    'IPLEASE_APT_LOCK': str(self.folder / 'lock')}

    def start(self, *names):
        return subprocess.Popen([str(DEV), 'packages', *names], env=self.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def calls(self):
        return (self.folder / 'calls').read_text().splitlines()

    def test_two_at_once(self):
        both = [self.start('some-package'), self.start('some-package')]
        said = [run.communicate(timeout=60)[1] for run in both]
        self.assertEqual([run.returncode for run in both], [0, 0], said)
        self.assertEqual(sum('another ./dev is installing' in text for text in said), 1, said)
        self.assertEqual(len([call for call in self.calls() if 'install' in call]), 1, self.calls())

    def test_a_lock_of_another_program(self):
        (self.folder / 'locked').touch()
        run = self.start('some-package')
        said = run.communicate(timeout=60)[1]
        self.assertEqual(run.returncode, 0, said)
        self.assertIn('something else is installing packages: waiting for it', said)

    def test_nothing_to_install_is_quiet(self):
        (self.folder / 'installed').touch()
        run = self.start('some-package')
        self.assertEqual(run.communicate(timeout=60), ('', ''))
        self.assertFalse((self.folder / 'calls').exists())

    def test_a_package_that_is_not_there(self):
        run = self.start('broken')
        said = run.communicate(timeout=60)[1]
        self.assertEqual(run.returncode, 1)
        self.assertIn('apt-get could not install: broken', said.splitlines()[-1])


if __name__ == '__main__':
    if os.geteuid() != 0:
        print('only root installs packages')
        sys.exit(125)
    unittest.main()
