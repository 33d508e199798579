# SPDX-License-Identifier: Apache-2.0
"""The built programs and images. Each is cached under a name with its content's hash."""

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import images, rootfs
from .charts import copy_metallb
from .errors import LabError
from .golang import find_go, go_version
from .paths import LAB_SOURCE, cache_root
from .say import run_long, say

_SOURCES = LAB_SOURCE / "parts"
K8S = "1.34.4"
_VERSION = "k8s.io/component-base/version."
_NODE_FLAGS = f"-X {_VERSION}gitVersion=v{K8S} -X {_VERSION}gitMajor=1 -X {_VERSION}gitMinor=34"
NODE_PROGRAMS = (
    "etcd kube-apiserver kube-controller-manager kube-proxy kube-scheduler kubeadm kubectl kubelet"
).split()


@dataclass(frozen=True)
class Part:
    """One thing to build. Exactly one of the kinds is set. `needs` are the parts that go into it."""

    module: str = ""  # folder below tests/lab/parts with our own go.mod; builds ./ as `program`
    program: str = ""
    install: tuple[str, ...] = ()  # Go packages with @version
    copy: str = ""  # Go module with @version whose replace lines forbid `go install`
    packages: tuple[str, ...] = ()  # what to build of that module
    function: object = None  # callable(target, {need: folder})
    sources: tuple[str, ...] = ()  # extra files whose content counts
    ldflags: str = ""
    links: tuple[str, ...] = ()
    needs: tuple[str, ...] = field(default=())


_METALLB = ("0.14.8", "0.14.9", "0.15.3")
_METALLB_OLD = ("0.12.0", "0.13.9")  # `go install` refuses the replace lines in their go.mod


def _metallb(version: str) -> Part:
    at = f"go.universe.tf/metallb/{{}}@v{version}"
    return Part(install=(at.format("controller"), at.format("speaker")))


def _metallb_old(version: str) -> Part:
    packages = ("./controller", "./speaker")
    return Part(copy=f"go.universe.tf/metallb@v{version}", packages=packages)


def _images(*, needs: tuple[str, ...], build) -> Part:
    return Part(function=build, needs=needs, sources=("lab/images.py",))


PARTS: dict[str, Part] = {
    "node": Part(module="node", program="node", ldflags=_NODE_FLAGS, links=tuple(NODE_PROGRAMS)),
    "coredns": Part(module="coredns", program="coredns"),
    **{f"metallb-{version}": _metallb(version) for version in _METALLB},
    **{f"metallb-{version}": _metallb_old(version) for version in _METALLB_OLD},
    "metallb-charts": Part(function=copy_metallb, sources=("lab/charts.py",)),
    "configmaptocrs": Part(install=("go.universe.tf/metallb/configmaptocrs@v0.14.8",)),
    "helm3": Part(
        install=("helm.sh/helm/v3/cmd/helm@v3.16.4",),
        ldflags="-X helm.sh/helm/v3/internal/version.version=v3.16.4",
    ),
    "helm4": Part(
        install=("helm.sh/helm/v4/cmd/helm@v4.1.0",),
        ldflags="-X helm.sh/helm/v4/internal/version.version=v4.1.0",
    ),
    "provider-standin": Part(module="provider-standin", program="provider-services"),
    "kubelet-standin": Part(module="kubelet-standin", program="kubelet-standin"),
    "pause": Part(function=images.build_pause, sources=("parts/pause/pause.c",)),
    "images-node": _images(needs=("node", "coredns", "pause"), build=images.node_images),
    **{
        f"images-metallb-{version}": _images(
            needs=(f"metallb-{version}",), build=images.metallb_images
        )
        for version in (*_METALLB, *_METALLB_OLD)
    },
    "images-standin": _images(needs=("provider-standin",), build=images.standin_images),
    **{
        f"rootfs-metallb-{version}": Part(
            function=rootfs.unpack,
            needs=(f"images-metallb-{version}",),
            sources=("lab/rootfs.py",),
        )
        for version in (*_METALLB, *_METALLB_OLD)
    },
    "rootfs": Part(
        function=rootfs.unpack,
        needs=("images-node", "images-metallb-0.14.8", "images-standin"),
        sources=("lab/rootfs.py",),
    ),
}

DEFAULT = (
    "pause coredns metallb-0.14.8 helm3 metallb-charts provider-standin node "
    "images-node images-metallb-0.14.8 images-standin kubelet-standin rootfs"
).split()


def _exists(name: str) -> bool:
    part = PARTS[name]
    return all(_exists(need) for need in part.needs) and (
        not part.module or (_SOURCES / part.module / "go.mod").exists()
    )


def default_parts() -> list[str]:
    """The parts that a full lab uses. A part whose source is missing is left out."""
    return [name for name in DEFAULT if _exists(name)]


def _hash(name: str) -> str:
    part = PARTS[name]
    digest = hashlib.sha256()

    def add(*texts: str) -> None:
        for text in texts:
            digest.update(text.encode() + b"\0")

    add("3", name, part.program, part.copy, part.ldflags, *part.install, *part.packages, *part.links)
    files = [LAB_SOURCE / source for source in part.sources]
    if part.module:
        folder = _SOURCES / part.module
        files += sorted(p for p in folder.rglob("*") if p.is_file() and p.name[-8:] != "_test.go")
    for file in files:
        add(str(file.relative_to(LAB_SOURCE)))
        digest.update(file.read_bytes())
    if part.module or part.install or part.copy:
        add(go_version())
    add(*(_hash(need) for need in part.needs))
    return digest.hexdigest()[:16]


def path(name: str) -> Path:
    """The folder of a built part. Builds it first if it is not in the cache."""
    if name not in PARTS:
        raise LabError(f"no part '{name}': there are {' '.join(PARTS)}")
    if not _exists(name):
        raise LabError(f"part {name} has no source yet: {_SOURCES / PARTS[name].module}")
    folder = cache_root() / "parts" / f"{name}-{_hash(name)}"
    if not folder.exists():
        needs = {need: path(need) for need in PARTS[name].needs}
        with _locked(name):
            if not folder.exists():
                _build(name, needs, folder)
    return folder


@contextmanager
def _locked(name: str):
    """Two callers never build the same part twice. The second waits for the first."""
    locks = cache_root() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with open(locks / name, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: {name} is being built by another process")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(name: str, needs: dict[str, Path], folder: Path) -> None:
    part = PARTS[name]
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    if part.function:
        part.function(fresh, needs)
    elif part.module:
        _go(name, part, ["-o", str(fresh / part.program), "."], _SOURCES / part.module)
    elif part.copy:
        _build_copy(name, part, fresh)
    else:
        _go_install(name, part, fresh)
    for link in part.links:
        (fresh / link).symlink_to(part.program)
    fresh.rename(folder)


def _flags(part: Part) -> list[str]:
    return ["-trimpath", "-ldflags", f"-s -w {part.ldflags}".strip()]


def _log(name: str) -> Path:
    return cache_root() / "log" / f"{name}.log"


def _go(name: str, part: Part, rest: list[str], cwd: Path) -> None:
    go, env = find_go()
    run_long(f"building {name}", [go, "build", *_flags(part), *rest], _log(name), env, cwd)


def _go_install(name: str, part: Part, target: Path) -> None:
    go, env = find_go()
    argv = [go, "install", *_flags(part), *part.install]
    run_long(f"building {name}", argv, _log(name), {**env, "GOBIN": str(target)}, Path("/"))


def _build_copy(name: str, part: Part, target: Path) -> None:
    scratch = target / "source"
    shutil.copytree(images.module_folder(part.copy), scratch)
    for folder, _, _ in os.walk(scratch):
        os.chmod(folder, 0o755)
    _go(name, part, ["-mod=mod", "-o", str(target) + "/", *part.packages], scratch)
    shutil.rmtree(scratch)
