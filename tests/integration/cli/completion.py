#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Completions in the shells themselves: bash and zsh on a terminal with the Tab key, fish with its own `complete -C`.
completion.py IPLEASE bash|zsh|fish"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

IPLEASE, SHELL = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
# What is typed, and what must then be on the line (bash, zsh) or among the candidates (fish).
CASES = (
    ("iplease stat", "iplease status"),
    ("iplease config val", "iplease config validate"),
    ("iplease config sh", "iplease config show"),
    ("iplease config show --set pool.addr", "iplease config show --set pool.addresses="),
    ("iplease plan --off", "iplease plan --offline"),
    ("iplease plan -o js", "iplease plan -o json"),
    ("iplease enable --metallb kubes", "iplease enable --metallb kubespray"),
    ("iplease explain strict-", "iplease explain strict-arp"),
    ("iplease status --context sta", "iplease status --context staging"),
    ("iplease explain IPL-MLB-00", "iplease explain IPL-MLB-00"),
    ("iplease enable --timeout ip-op", "iplease enable --timeout ip-operator="),
    ("iplease enable --accept-risk IPL-POOL-031", "iplease enable --accept-risk IPL-POOL-031"),
    ("iplease config explain pool.addr", "iplease config explain pool.addresses"),
    ("iplease enable --set provider.chartV", "iplease enable --set provider.chartVersion="),
    ("iplease runs show 20261124T0", "iplease runs show 20261124T000000Z-abcd"),
    ("iplease values only-f", "iplease values only-file.yaml"),
    ("iplease enable --metallb=kubes", "iplease enable --metallb=kubespray"),
    ("iplease und", "iplease undo"),
    ("iplease undo ip-op", "iplease undo ip-operator"),
    ("iplease undo 20261124T0", "iplease undo 20261124T000000Z-abcd"),
    ("iplease undo --dry", "iplease undo --dry-run"),
    ("iplease undo -o s", "iplease undo -o sh"),
    ("iplease undo --accept-r", "iplease undo --accept-risk"),
    ("iplease app", "iplease apply"),
    ("iplease apply only-f", "iplease apply only-file.yaml"),
    ("iplease plan only-f", "iplease plan only-file.yaml"),
    ("iplease plan --out only-f", "iplease plan --out only-file.yaml"),
    ("iplease bun", "iplease bundle"),
    ("iplease bundle --qui", "iplease bundle --quiet"),
)


def on_terminal(folder, env):
    """The line after Tab, in a shell on a terminal. A widget or Ctrl-E prints the buffer."""
    import pexpect

    argv = ["bash", "--norc", "--noprofile", "-i"] if SHELL == "bash" else ["zsh", "-f", "-i"]
    child = pexpect.spawn(argv[0], argv[1:], env=env, cwd=folder, encoding="utf-8", timeout=30, dimensions=(60, 250))
    child.setecho(False)
    if SHELL == "bash":
        # Ctrl-G prints the line as it is.
        child.sendline("PS1=; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set page-completions off'")
        child.sendline("show() { printf '\\nLINE<%s>\\n' \"$READLINE_LINE\"; READLINE_LINE=; READLINE_POINT=0; }; bind -x '\"\\C-g\": show'")
    else:
        child.sendline("PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D")
        child.sendline("show() { print -r -- $'\\n'\"LINE<$BUFFER>\"; BUFFER=; zle -I }; zle -N show; bindkey '^G' show; bindkey '^I' expand-or-complete")
    child.sendline(f"source <(iplease completion {SHELL}); echo rea''dy")
    child.expect("ready\r?\n")
    for typed, wanted in CASES:
        child.send(typed + "\t")
        child.send("\x07")
        child.expect(r"LINE<([^>\r\n]*)>")
        yield typed, wanted, child.match.group(1)
    child.sendline("exit")
    child.close()


def fish(folder, env):
    for typed, wanted in CASES:
        script = f"iplease completion fish | source; complete -C '{typed}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, env=env, cwd=folder, check=True)
        assert done.stderr == "", done.stderr
        words = [line.split("\t")[0] for line in done.stdout.splitlines()]
        last = wanted.rsplit(" ", 1)[1]
        yield typed, wanted, wanted if any(word.startswith(last) for word in words) else f"candidates {words}"


def main():
    if not shutil.which(SHELL):
        print(f"{SHELL} is not installed")
        return 125
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "bin").mkdir()
        (folder / "bin" / "iplease").symlink_to(IPLEASE)
        # Stands in for the kubectl that reads the kubeconfig for completion.
        kubectl = folder / "bin" / "kubectl"
        kubectl.write_text('#!/bin/sh\n[ "$*" = "config get-contexts -o name" ] && printf "prod\\nstaging\\n"\n')
        kubectl.chmod(0o755)
        (folder / "only-file.yaml").write_text("x: y\n", encoding="utf-8")
        run = folder / "state" / "iplease" / "some-uid" / "runs" / "20261124T000000Z-abcd"
        run.mkdir(parents=True)
        env = {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": scratch, "TERM": "dumb", "LC_ALL": "C.UTF-8",
               "IPLEASE_STATE_DIR" if SHELL == "fish" else "XDG_STATE_HOME": str(folder / "state")}
        for typed, wanted, line in fish(folder, env) if SHELL == "fish" else on_terminal(folder, env):
            assert re.sub(r"\s+$", "", line).startswith(wanted), f"`{typed}` and Tab gave `{line}`, wanted `{wanted}`"
            print(f"{typed}<Tab>  {line.strip()}")
    return 0


sys.exit(main())
