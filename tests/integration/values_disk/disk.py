#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`iplease values FILE --write` on real file systems that refuse the write. Checks the message, and that the old file
is whole. Runs as root in its own mount namespace (unshare --mount).

disk.py IPLEASE"""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile

IPLEASE = sys.argv[1]
OLD = b"from: x\nkey: canary-of-the-disk-test\nprices: [1, 2]\n" + b"# " + b"x" * 3000 + b"\n"


def write(path, code, *words, user=None):
    """Runs it. Standard error contains the words and no secret."""
    done = subprocess.run([IPLEASE, "values", str(path), "--write"], capture_output=True, text=True, user=user,
                          group=user, extra_groups=[] if user else None, check=False, timeout=60)
    assert done.returncode == code, f"exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    for word in words:
        assert word in done.stderr, f"`{word}` is not in:\n{done.stderr}"
    assert "canary" not in done.stdout + done.stderr


def whole(folder, *names):
    """The old file is unchanged, and no other file appeared."""
    assert (folder / "p.yaml").read_bytes() == OLD
    assert sorted(os.listdir(folder)) == sorted({"p.yaml", *names}), os.listdir(folder)


def mounted(folder, options):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "iplease-test", str(folder)], check=True)
    (folder / "p.yaml").write_bytes(OLD)


def full(folder):
    mounted(folder, "size=64k")
    ballast = os.open(folder / "ballast", os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(ballast, b"x" * 4096):
            pass
    except OSError:
        os.close(ballast)
    write(folder / "p.yaml", 12, "IPL-VAL-012", "No space left on device")
    whole(folder, "ballast")


def read_only(folder):
    mounted(folder, "size=64k")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    write(folder / "p.yaml", 12, "IPL-VAL-012", "Read-only file system")
    whole(folder)


def forbidden(folder):
    """A directory in which this user may not create a file."""
    folder.mkdir(mode=0o755)
    (folder / "p.yaml").write_bytes(OLD)
    os.chmod(folder / "p.yaml", 0o666)
    write(folder / "p.yaml", 12, "IPL-VAL-012", "Permission denied", user=65534)
    whole(folder)
    os.chmod(folder / "p.yaml", 0o600)
    write(folder / "p.yaml", 2, "IPL-VAL-012", "Permission denied", user=65534)
    whole(folder)


def gone(folder):
    folder.mkdir()
    write(folder / "nowhere.yaml", 2, "IPL-VAL-012", "no such file")
    assert os.listdir(folder) == []


def link_and_owner(folder):
    """A link stays a link. Its target changes, keeps its owner and gets mode 0600."""
    folder.mkdir()
    (folder / "real").mkdir()
    target = folder / "real" / "provider.yaml"
    target.write_bytes(OLD)
    os.chown(target, 1234, 4321)
    os.chmod(target, 0o644)
    (folder / "p.yaml").symlink_to("real/provider.yaml")
    write(folder / "p.yaml", 0, "ipoperator: + true")
    assert (folder / "p.yaml").is_symlink() and b"ipoperator: true\n" in target.read_bytes()
    backups = [name for name in (folder / "real").iterdir() if name != target]
    assert len(backups) == 1 and backups[0].read_bytes() == OLD, backups
    for file in (target, backups[0]):
        status = file.stat()
        assert (status.st_uid, status.st_gid) == (1234, 4321), file
        assert stat.S_IMODE(status.st_mode) == 0o600, file


def one_backup_each(folder):
    """The same old content again and again makes one backup; other content makes one more."""
    folder.mkdir()
    file = folder / "p.yaml"
    for text in (OLD, OLD, OLD + b"# other\n", OLD):
        file.write_bytes(text)
        write(file, 0)
        write(file, 0, "nothing to change")
    copies = sorted(name.read_bytes() for name in folder.iterdir() if name != file)
    assert copies == sorted([OLD, OLD + b"# other\n"]), os.listdir(folder)


with tempfile.TemporaryDirectory() as scratch:
    os.chmod(scratch, 0o755)
    for case in (full, read_only, forbidden, gone, link_and_owner, one_backup_each):
        place = pathlib.Path(scratch) / case.__name__
        try:
            case(place)
        finally:
            subprocess.run(["umount", str(place)], capture_output=True, check=False)
        print(f"{case.__name__}: as promised", flush=True)
