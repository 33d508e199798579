# SPDX-License-Identifier: Apache-2.0
"""The command line of `./dev lab`."""

import argparse
import os
import shutil
import signal
import sys
import time

from . import checks, cleanup, environ, parts, state, tiers
from .errors import CannotRun, LabError
from .paths import LabPaths, cache_root
from .say import say

PROVIDERS = ("19", "18", "15", "14", "12", "11", "8", "none")


class Stopped(BaseException):
    """A signal told this command to end."""


def _on_signal(number, _frame):
    for every in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(every, signal.SIG_IGN)  # the cleanup must not be interrupted
    raise Stopped(signal.Signals(number).name)


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./dev lab", description="A real cluster to work on.")
    top.add_argument("--name", default=os.environ.get("IPLEASE_LAB_NAME") or "default")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--name", default=argparse.SUPPRESS, help="which lab (default: default)")
        return command

    build = add("build", "build the parts that a lab is made of")
    build.add_argument("parts", nargs="*", metavar="PART")
    up = add("up", "bring a fresh lab up, whatever was there before")
    up.add_argument("--tier", choices=("full", "cheap"), default="full")
    up.add_argument("--nodes", type=int, choices=(1, 2), default=1)
    up.add_argument("--provider", choices=PROVIDERS, default="19", help="provider generation")
    add("down", "end the lab and leave nothing of it")
    add("reset", "return a used lab to fresh")
    add("check", "say whether this machine can have a lab: exit 0, or 125 with the reason")
    add("status", "say what is there")
    add("env", 'print export lines: eval "$(./dev lab env)"')
    for name, where in (("shell", "the node"), ("client", "the client host")):
        command = add(name, f"run a command on the network of {where}: {name} -- CMD")
        command.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- CMD")
    load = add("load", "import more images into a running lab; a reset forgets them")
    load.add_argument("parts", nargs="+", metavar="IMAGES-PART")
    part = add("part", "print the folder of a built part, building it when needed")
    part.add_argument("part", metavar="PART")
    return top


def _existing(paths: LabPaths):
    checks.require_root()
    return tiers.existing(paths)


def _build(args, _paths) -> int:
    checks.require_disk([cache_root()])
    checks.install_packages()
    for name in args.parts or parts.default_parts():
        parts.path(name)
    return 0


def _check(_args, _paths) -> int:
    checks.require_all(cache_root())
    return 0


def _load(args, paths) -> int:
    lab = _existing(paths)
    for name in args.parts:
        parts.path(name)
    with state.locked(paths):
        known = state.read(paths)
        if not known.get("ready"):
            raise LabError(f"lab {paths.name} is not up: ./dev lab up")
        lab.load(args.parts, known["nodes"])
    return 0


def _part(args, _paths) -> int:
    print(parts.path(args.part))
    return 0


def _up(args, paths) -> int:
    checks.require_all(cache_root())
    lab = tiers.lab_of(args.tier, paths)
    for name in parts.default_parts():  # takes long and needs no lock: other labs may run meanwhile
        parts.path(name)
    with state.locked(paths):
        if cleanup.remains(paths, lab.cgroup):
            say(f"ending what is left of lab {paths.name}")
            cleanup.end(paths, lab.cgroup)
        began = time.monotonic()
        try:
            lab.up(args.nodes, args.provider)
        except BaseException as failure:
            _end_failed(paths, lab, failure)
            raise
        state.write(paths, {**state.read(paths), "ready": True})
        say(f"lab {paths.name} is up: {time.monotonic() - began:.1f} s")
    return 0


def _end_failed(paths: LabPaths, lab, failure: BaseException) -> None:
    """Leave nothing behind. If there is a complaint, keep the logs where it can point to."""
    kept = cache_root() / "log" / f"failed-{paths.name}"
    if isinstance(failure, LabError) and paths.logs.exists():
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(paths.logs, kept)
        for pods in paths.data.glob("node*/pod-logs"):
            shutil.copytree(pods, kept / "pods" / pods.parent.name)
        failure.args = (str(failure).replace(str(paths.logs), str(kept)),)
    cleanup.end(paths, lab.cgroup)


def _down(_args, paths) -> int:
    lab = _existing(paths)
    if not cleanup.remains(paths, lab.cgroup):
        return 0
    with state.locked(paths):
        cleanup.end(paths, lab.cgroup)
    return 0


def _reset(_args, paths) -> int:
    lab = _existing(paths)
    if not paths.state.exists():
        raise LabError(f"lab {paths.name} is not up: ./dev lab up")
    with state.locked(paths):
        began = time.monotonic()
        try:
            lab.reset()
        except BaseException as failure:
            _end_failed(paths, lab, failure)
            raise
        say(f"lab {paths.name} is fresh: {time.monotonic() - began:.1f} s")
    return 0


def _status(_args, paths) -> int:
    lab = _existing(paths)
    known = state.read(paths)
    if not known and not cleanup.remains(paths, lab.cgroup):
        print(f"lab {paths.name}: not there")
        return 3
    if not known.get("ready") or not lab.spaces.running():
        print(f"lab {paths.name}: dead or half up; ./dev lab up starts anew, ./dev lab down ends it")
        return 4
    print(f"lab {paths.name}: up, {known['tier']} tier, {known['nodes']} node, provider {known['provider']}")
    print(f"kubeconfig {paths.kubeconfig}\naudit log {paths.audit}\nlogs {paths.logs}")
    for host in ["client", *(f"node{n + 1}" for n in range(known["nodes"]))]:
        print(f"{host}: namespaces of process {lab.supervisor.pid(host) or 'none: it died'}")
    return 0


def _run_on(host: str, args, paths) -> int:
    lab = _existing(paths)
    if not state.read(paths) or not lab.spaces.running():
        raise LabError(f"lab {paths.name} is not up: ./dev lab up")
    argv = args.argv[1:] if args.argv[:1] == ["--"] else args.argv
    prefix = lab.spaces.on(host, ["net"])
    lab.cgroup.join()
    env = {**os.environ, **environ.variables(paths, on_node=True)}
    whole = [*prefix, *(argv or [os.environ.get("SHELL", "/bin/bash")])]
    sys.stdout.flush()
    os.execvpe(whole[0], whole, env)


def _shell(args, paths) -> int:
    return _run_on("node1", args, paths)


def _client(args, paths) -> int:
    return _run_on("client", args, paths)


def _env(_args, paths) -> int:
    if not state.read(paths).get("ready"):
        raise LabError(f"lab {paths.name} is not up: ./dev lab up")
    print(environ.export_lines(paths))
    return 0


_COMMANDS = {
    "build": _build,
    "check": _check,
    "client": _client,
    "down": _down,
    "env": _env,
    "load": _load,
    "part": _part,
    "reset": _reset,
    "shell": _shell,
    "status": _status,
    "up": _up,
}


def main() -> int:
    args = _parser().parse_args()
    if args.command in ("env", "part", "shell", "client", "status"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is not an error; exec inherits this
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    try:
        return _COMMANDS[args.command](args, LabPaths(args.name))
    except CannotRun as reason:
        print(f"lab: {reason}", file=sys.stderr)
        return 125
    except (LabError, OSError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except Stopped as stop:
        print(f"lab: stopped by {stop}; nothing of lab {args.name} is left running", file=sys.stderr)
        return 130
