# SPDX-License-Identifier: Apache-2.0
"""Useless files at every place that reads a file: thousands of levels, growing aliases, byte order marks and encodings
of other systems, and endless input. Each is refused with its id, within seconds and in little memory. None is an
internal fault (70) or a signal."""

import os
import pathlib
import resource
import subprocess
import tempfile

from run import CLEAN, IPLEASE

LEVELS = 10_000
MEMORY = 512 << 20
REFUSED = {2, 3}
FLAGS = "apiVersion: iplease.akash.network/v1\nkind: Enablement\npool: {addresses: [203.0.113.100/32]}\n"
VALUES = "from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx\ndomain: example.com\n"
OLD = ("apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: metallb-system, name: config}\ndata:\n  config: |\n"
       "    address-pools:\n    - {name: default, protocol: layer2, addresses: [203.0.113.100-203.0.113.120]}\n")


def growing():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]\n"]
    for number in range(25):
        one, next_one = (chr(ord("a") + at) for at in (number, number + 1))
        lines.append(f"{next_one}: &{next_one} [{', '.join([f'*{one}'] * 9)}]\n")
    return "".join(lines)


DEEP = {
    "brackets": "deep: " + "[" * LEVELS + "\n",
    "closed brackets": "deep: " + "[" * LEVELS + "]" * LEVELS + "\n",
    "braces": "deep: " + "{a: " * LEVELS + "\n",
    "lists in lists": "deep:\n  " + "- " * LEVELS + "x\n",
    "maps in maps": "deep:\n" + "".join(f"{' ' * (at + 1)}k:\n" for at in range(1500)),
    "aliases that grow": growing(),
}


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def ask(*args, code):
    done = subprocess.run([IPLEASE, *args], capture_output=True, check=False, env=CLEAN, timeout=30, preexec_fn=limit)
    said = (done.stdout + done.stderr).decode("utf-8")
    assert done.returncode in code, f"{args}: exit {done.returncode}, wanted {code}\n{said[:2000]}"
    assert done.returncode == 0 or "IPL-" in said, f"{args}: no id\n{said[:2000]}"
    return said


def places(folder):
    """The commands that read a file, each with a valid text."""
    file = str(folder / "file")
    return {
        "flags file": (("config", "validate", "-f", file), FLAGS),
        "flags file of plan": (("plan", "--offline", "--provider-address",
                                "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx", "-f", file), FLAGS),
        "provider values": (("values", file), VALUES),
        "merged values": (("values", str(folder / "good"), "--merge", file), VALUES),
        "MetalLB 0.12's ConfigMap": (("migrate", "--from", file), OLD),
    }


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "good").write_text(VALUES, encoding="utf-8")
    sparse = folder / "2GiB"
    with sparse.open("wb") as endless:
        endless.truncate(2 << 30)
    for place, (words, good) in places(folder).items():
        file = folder / "file"
        file.write_text(good, encoding="utf-8")
        plain = ask(*words, code={0})
        for what, bad in DEEP.items():
            file.write_text(good + bad, encoding="utf-8")
            said = ask(*words, code={0, *REFUSED} if "values" in place else REFUSED)
            print(f"{place}: {what}: {said.splitlines()[0][:150]}")
        file.write_text("\ufeff" + good, encoding="utf-8")
        said = ask(*words, code={0})
        assert said.replace("\ufeff", "") == plain, f"{place}: a byte order mark changes the answer:\n{said}\n{plain}"
        for order in ("utf-16", "utf-16-le", "utf-16-be"):
            file.write_bytes(good.encode(order))
            ask(*words, code=REFUSED)
        for endless in (str(sparse), "/dev/zero"):
            ask(*[endless if word == str(file) else word for word in words], code=REFUSED)

    run = folder / "iplease" / "a-cluster" / "runs" / "20261123-064000-k3f9"
    run.mkdir(parents=True)
    os.chmod(folder, 0o700)
    for text in ('{"v":' + "[" * LEVELS, '{"v":1,"n":0,"ev":' + "[" * LEVELS + "]" * LEVELS + "}", "\ufeff{}"):
        (run / "journal.jsonl").write_text(text + "\n", encoding="utf-8")
        assert "IPL-RUN-013" in ask("runs", "list", "--state-dir", str(folder), code={12})
    (run / "journal.jsonl").unlink()
    os.link(sparse, run / "journal.jsonl")
    ask("runs", "list", "--state-dir", str(folder), code={12})
print("deep, growing, foreign and endless files are answered at every place")
