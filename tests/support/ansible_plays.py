# SPDX-License-Identifier: Apache-2.0
"""The collection as `ansible-galaxy` builds and installs it, and plays with it by the real ansible-core."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

if not all(shutil.which(f"ansible{word}") for word in ("-playbook", "-galaxy", "-doc", "-inventory")):
    print("ansible-core is not installed; install ansible-core")
    sys.exit(125)

TOP = Path(__file__).resolve().parents[2]
SOURCE = TOP / "packaging" / "ansible"
GUIDE = (TOP / "docs" / "guide" / "ansible.md").read_text(encoding="utf-8")


def example(language, part):
    """The only example of docs/guide/ansible.md in that language with that part, as it stands."""
    found = [block for block in re.findall(rf"(?ms)^```{language}\n(.*?)^```$", GUIDE) if part in block]
    assert len(found) == 1, f"{len(found)} examples with {part!r} in the guide"
    return found[0]


class Ran:
    """A play that has ended."""

    def __init__(self, code, text, results):
        self.code = code
        self.text = text
        self.results = results

    def of(self, task, host=None):
        """The only result of that task; with `host` of that host."""
        found = [one for one in self.results if one["task"].split(" : ")[-1] == task and host in (None, one["host"])]
        assert len(found) == 1, f"{len(found)} results of {task!r} ({host})\n{self.text}"
        return {**found[0]["result"], "outcome": found[0]["outcome"]}

    def recap(self, host="localhost"):
        """Of the last lines: {"ok": 3, "changed": 0, ...}."""
        line = [line for line in self.text.splitlines() if line.startswith(f"{host} ") and "unreachable=" in line][-1]
        return {key: int(number) for key, number in (word.split("=") for word in line.split(":", 1)[1].split())}


class Ansible:
    """Works in a folder of its own; `before` comes before every program, `env` is its environment."""

    def __init__(self, folder, env=None, before=()):
        self.folder = Path(folder)
        self.before = list(before)
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", **(env or {}),
            "ANSIBLE_HOME": str(self.folder / "ansible"), "ANSIBLE_LOCAL_TEMP": str(self.folder / "ansible" / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "ansible" / "remote"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).resolve().parent / "ansible_callbacks"),
            "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3", "ANSIBLE_NOCOLOR": "1", "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0", "ANSIBLE_RETRY_FILES_ENABLED": "0",
        }

    def run(self, *words, env=None, code=0):
        done = subprocess.run([*self.before, *words], capture_output=True, text=True, env={**self.env, **(env or {})},
                              cwd=self.folder, check=False, timeout=600, stdin=subprocess.DEVNULL)
        assert code in (None, done.returncode), f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
        return done

    def install(self):
        """Builds the collection and installs what was built, by the guide's own words; returns the tarball."""
        (self.folder / "packaging").symlink_to(SOURCE.parent)
        self.run("sh", "-ec", example("sh", "ansible-galaxy"))
        [built] = self.folder.glob("iplease-provider-*.tar.gz")
        return built

    def playing(self, play, *words, env=None, name="play"):
        """A play that was started, as text, as data, or the collection's by its name: (its process, where its results go)."""
        file, results = self.folder / f"{name}.yml", self.folder / f"{name}.results"
        if isinstance(play, str) and play.startswith("iplease.provider."):
            file = play
        else:
            file.write_text(play if isinstance(play, str) else json.dumps(play), encoding="utf-8")
        results.unlink(missing_ok=True)
        started = subprocess.Popen(
            [*self.before, "ansible-playbook", *words, file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**self.env, "ANSIBLE_RESULTS": str(results), **(env or {})}, cwd=self.folder, stdin=subprocess.DEVNULL)
        return started, results

    def ended(self, started, results):
        text = started.communicate(timeout=800)[0]
        lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
        return Ran(started.returncode, text, [json.loads(line) for line in lines])

    def play(self, play, *words, env=None, name="play", code=0):
        ran = self.ended(*self.playing(play, *words, env=env, name=name))
        assert code in (None, ran.code), f"the play ended with {ran.code}, wanted {code}\n{ran.text}"
        return ran


def tasks(*steps, vars=None):
    """A play on localhost of (name, module, arguments); a task that fails does not end it."""
    return [{"hosts": "localhost", "gather_facts": False, "vars": vars or {}, "tasks": [
        {"name": name, f"iplease.provider.{module}": arguments, "ignore_errors": True, "register": "it"}
        for name, module, arguments in steps]}]
