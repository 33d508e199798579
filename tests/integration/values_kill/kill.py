#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills `values_write` with SIGKILL at every one of its system calls. Also fails every call of the write with the
errors of full, read-only and broken disks. After each: the file is the old one or the new one, whole; the old one is
not lost; the next run finishes and cleans up.

kill.py VALUES_WRITE
"""
import collections
import glob
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

OLD = "# mine\nfrom: x\nkey: c2VjcmV0\nattributes:\n  - key: region\n    value: eu\n" + "# %s\n" % ("x" * 70) * 300


class Case:
    """A temporary directory with an old file."""

    def __init__(self, program):
        self.program = program
        self.dir = tempfile.mkdtemp(prefix="values-kill-")
        self.path = os.path.join(self.dir, "provider.yaml")
        with open(self.path, "w") as file:
            file.write(OLD)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)

    def run(self, *trace):
        command = (["strace", "-f", "-qq", *trace] if trace else []) + [self.program, self.path]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)

    def text(self):
        with open(self.path) as file:
            return file.read()

    def backups(self):
        return sorted(glob.glob(self.path + ".backup-*"))

    def leftovers(self):
        return [n for n in os.listdir(self.dir) if n.startswith(".")]

    def check_whole(self, new, what):
        assert self.text() in (OLD, new), what + ": the file is neither the old nor the new one"
        for backup in self.backups():
            with open(backup) as file:
                assert file.read() == OLD, what + ": a backup is not whole"
        if self.text() == new:
            assert self.backups(), what + ": the old content is nowhere"
            assert stat.S_IMODE(os.stat(self.path).st_mode) == 0o600, what + ": others may read it"
        for name in self.leftovers() + [os.path.basename(b) for b in self.backups()]:
            mode = stat.S_IMODE(os.stat(os.path.join(self.dir, name)).st_mode)
            assert mode == 0o600, "%s: %s has mode %o" % (what, name, mode)

    def check_recovers(self, new, what):
        done = self.run()
        assert done.returncode == 0, "%s: the next run fails: %s" % (what, done.stderr)
        self.check_whole(new, what + ", next run")
        assert self.text() == new, what + ": the next run did not write"
        assert len(self.backups()) == 1, what + ": %d backups of one content" % len(self.backups())
        assert not self.leftovers(), "%s: left behind: %s" % (what, self.leftovers())


def system_calls(case):
    """Every call of a whole run: how often each was made, and the write's own calls with their numbers."""
    log = os.path.join(case.dir, "trace")
    assert case.run("-o", log).returncode == 0
    counts = collections.Counter()
    own = []
    with open(log) as file:
        for line in file:
            found = re.match(r"(?:\d+ +)?(\w+)\(", line)
            if not found:
                continue
            counts[found.group(1)] += 1
            if (case.dir in line and found.group(1) != "execve") or own:
                own.append((found.group(1), counts[found.group(1)]))
    return counts, own


ERRORS = {"openat": ["EACCES", "EROFS", "ENOSPC", "EMFILE"], "write": ["ENOSPC", "EIO", "EDQUOT"], "fsync": ["EIO", "ENOSPC"],
          "rename": ["EROFS", "EACCES", "EIO"], "renameat2": ["EROFS"], "fchmod": ["EPERM"], "fchown": ["EPERM"]}


def kill_everywhere(program, counts, new):
    kills = 0
    for name, count in sorted(counts.items()):
        if name in ("execve", "exit_group"):
            continue
        for when in range(1, count + 1):
            what = "killed at %s number %d" % (name, when)
            with Case(program) as case:
                done = case.run("-o", "/dev/null", "-e", "trace=" + name, "-e", "inject=%s:signal=KILL:when=%d" % (name, when))
                kills += done.returncode != 0
                case.check_whole(new, what)
                case.check_recovers(new, what)
    return kills


def fail_everywhere(program, own, new):
    failures = 0
    renames = [c for c in own if c[0].startswith("rename")]
    for name, when in own:
        for error in ERRORS.get(name, []):
            what = "%s number %d fails with %s" % (name, when, error)
            with Case(program) as case:
                done = case.run("-o", "/dev/null", "-e", "trace=" + name,
                                "-e", "inject=%s:error=%s:when=%d" % (name, error, when))
                case.check_whole(new, what)
                assert not case.leftovers(), "%s: left behind: %s" % (what, case.leftovers())
                late = own.index((name, when)) > own.index(renames[-1])
                if case.text() == OLD:
                    assert done.returncode in (2, 12), "%s: exit %d, %s" % (what, done.returncode, done.stderr)
                    assert "error IPL-VAL-012" in done.stderr, what + ": " + done.stderr
                    failures += 1
                elif not late:
                    assert done.returncode == 0, "%s: exit %d though the file is new" % (what, done.returncode)
                assert "c2VjcmV0" not in done.stderr, what + ": a secret is told"
                case.check_recovers(new, what)
    return failures


def full_disk(program, new):
    """A real full file system. Returns False if mounting is not allowed here."""
    script = r"""
set -e
mount -t tmpfs -o size=64k none "$1"
cp "$2" "$1/provider.yaml"
code=0; "$3" "$1/provider.yaml" || code=$?
[ "$code" = 12 ] || { echo "full disk: exit $code"; exit 1; }
cmp "$2" "$1/provider.yaml"
[ "$(ls -A "$1" | grep -c '^\.')" = 0 ] || { ls -lA "$1"; exit 1; }
mount -o remount,ro "$1"
code=0; "$3" "$1/provider.yaml" || code=$?
[ "$code" = 12 ] || { echo "read-only: exit $code"; exit 1; }
cmp "$2" "$1/provider.yaml"
"""
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return False
    with Case(program) as case:
        mount = os.path.join(case.dir, "mount")
        os.mkdir(mount)
        with open(case.path, "a") as file:
            file.write("# more\n" * 2500)  # the file system has no room for two of it
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", mount, case.path, program],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        assert done.returncode == 0, done.stdout
        assert "No space left on device" in done.stdout and "Read-only file system" in done.stdout, done.stdout
    return True


def main():
    program = os.path.abspath(sys.argv[1])
    if not shutil.which("strace") or subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"]).returncode != 0:
        print("strace is not installed or may not trace here; skipped")
        return 77
    os.environ["LC_ALL"] = "C"
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"  # LeakSanitizer cannot run under ptrace
    with Case(program) as case:
        counts, own = system_calls(case)
        new = case.text()
    assert new != OLD and "ipoperator: true" in new
    assert {"write", "fsync", "rename"} <= {name for name, _ in own}, own
    kills = kill_everywhere(program, counts, new)
    assert kills > 40, "only %d kills: nothing was tested" % kills
    failures = fail_everywhere(program, own, new)
    assert failures > 10, "only %d failures: nothing was tested" % failures
    print("%d kills, %d failing calls, real full and read-only disk: %s" %
          (kills, failures, "yes" if full_disk(program, new) else "may not be mounted here"))
    return 0


sys.exit(main())
