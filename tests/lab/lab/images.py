# SPDX-License-Identifier: Apache-2.0
"""Container images without a container engine: docker-archive tars for `ctr images import`."""

import hashlib
import io
import json
import re
import shutil
import tarfile
from pathlib import Path

from .errors import LabError
from .golang import find_go
from .procs import run

_IPTABLES = "iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore"
_KUBERNETES = "kube-apiserver kube-controller-manager kube-scheduler kube-proxy"
_SHELL = "dash cat env grep ls printenv sleep tee timeout"


def module_folder(module: str) -> Path:
    """The folder of a Go module's source. Fetched if it is missing."""
    go, env = find_go()
    done = run([go, "mod", "download", "-json", module], env=env, timeout=600, check=False)
    answer = json.loads(done.stdout or "{}")
    if "Dir" not in answer:
        raise LabError(f"cannot fetch Go module {module}: {answer.get('Error', 'no answer')}")
    return Path(answer["Dir"])


class Layer:
    """One layer of an image. Times and owners are fixed, so that equal content gives an equal file."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._tar = tarfile.open(fileobj=self._buffer, mode="w", format=tarfile.PAX_FORMAT)
        self._seen: set[str] = set()

    def _info(self, path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
        info = tarfile.TarInfo(path.lstrip("/"))
        info.type, info.mode = kind, mode
        return info

    def folder(self, path: str, mode: int = 0o755) -> None:
        path = path.strip("/")
        if not path or path in self._seen:
            return
        if "/" in path:
            self.folder(path.rpartition("/")[0])
        self._seen.add(path)
        self._tar.addfile(self._info(path, tarfile.DIRTYPE, mode))

    def file(self, path: str, content: bytes, mode: int = 0o755) -> None:
        if path in self._seen:
            return
        self.folder(path.rpartition("/")[0])
        self._seen.add(path)
        info = self._info(path, tarfile.REGTYPE, mode)
        info.size = len(content)
        self._tar.addfile(info, io.BytesIO(content))

    def link(self, path: str, target: str) -> None:
        self.folder(path.rpartition("/")[0])
        info = self._info(path, tarfile.SYMTYPE, 0o777)
        info.linkname = target
        self._tar.addfile(info)

    def program(self, path: str, source: Path) -> None:
        """Adds a program of this machine and the libraries that it links to, each at its own path."""
        self.file(path, source.read_bytes())
        done = run(["ldd", str(source)], check=False)
        for library in re.findall(r"(/\S+) \(0x", done.stdout):
            self.file(library, Path(library).resolve().read_bytes())

    def bytes(self) -> bytes:
        self._tar.close()
        return self._buffer.getvalue()


def write_archive(
    target: Path, images: dict[str, tuple[list[str], list[bytes]]], environment: dict[str, list[str]] | None = None
) -> None:
    """Write images `name -> (entrypoint, layers)` as one docker-archive, each shared layer once.

    `environment` has extra variables of an image, by image name."""
    manifest, written = [], set()
    with tarfile.open(target, "w") as tar:

        def add(name: str, content: bytes) -> None:
            if name not in written:
                written.add(name)
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))

        for name, (entrypoint, layers) in images.items():
            digests = [hashlib.sha256(layer).hexdigest() for layer in layers]
            for digest, layer in zip(digests, layers):
                add(f"{digest}.tar", layer)
            config = _config(entrypoint, digests, (environment or {}).get(name, []))
            config_name = hashlib.sha256(config).hexdigest() + ".json"
            add(config_name, config)
            files = [f"{digest}.tar" for digest in digests]
            manifest.append({"Config": config_name, "RepoTags": [name], "Layers": files})
        add("manifest.json", json.dumps(manifest).encode())


def _config(entrypoint: list[str], digests: list[str], environment: list[str]) -> bytes:
    path = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": entrypoint, "Env": [path, *environment], "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
    }
    return json.dumps(config, sort_keys=True).encode()


def _base(layer: Layer) -> None:
    layer.folder("tmp", 0o1777)
    layer.folder("var/run")
    layer.file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n", 0o644)
    layer.file("etc/nsswitch.conf", b"hosts: files dns\n", 0o644)


def _iptables(layer: Layer) -> None:
    """For kube-proxy, which runs iptables: the binaries, every extension, and the libraries they link to."""
    real = Path("/usr/sbin/xtables-nft-multi")
    if not real.exists():
        raise LabError("iptables is not installed: apt-get install iptables")
    layer.program("usr/sbin/xtables-nft-multi", real)
    for name in _IPTABLES.split():
        layer.link(f"usr/sbin/{name}", "xtables-nft-multi")
    for extension in sorted(Path("/usr/lib/x86_64-linux-gnu/xtables").glob("*.so")):
        layer.program(str(extension), extension.resolve())


def build_pause(target: Path, _needs: dict[str, Path]) -> None:
    source = Path(__file__).resolve().parent.parent / "parts" / "pause" / "pause.c"
    run(["gcc", "-O2", "-static", "-s", "-o", str(target / "pause"), str(source)])


def node_images(target: Path, needs: dict[str, Path]) -> None:
    """The images of the control plane, kube-proxy, etcd, CoreDNS and pause."""
    version = "v1.34.4"
    layer = Layer()
    _base(layer)
    layer.file("usr/local/bin/node", (needs["node"] / "node").read_bytes())
    for name in [*_KUBERNETES.split(), "etcd"]:
        layer.link(f"usr/local/bin/{name}", "node")
    _iptables(layer)
    big = layer.bytes()
    images = {f"registry.k8s.io/{name}:{version}": ([name], [big]) for name in _KUBERNETES.split()}
    images["registry.k8s.io/etcd:3.6.5-0"] = (["etcd"], [big])
    images["registry.k8s.io/coredns/coredns:v1.12.1"] = _single(needs["coredns"] / "coredns")
    images["registry.k8s.io/pause:3.10.1"] = _single(needs["pause"] / "pause")
    write_archive(target / "images.tar", images)


def _single(program: Path) -> tuple[list[str], list[bytes]]:
    layer = Layer()
    _base(layer)
    layer.file(program.name, program.read_bytes())
    return [f"/{program.name}"], [layer.bytes()]


def metallb_images(target: Path, needs: dict[str, Path]) -> None:
    """The images in MetalLB's chart and manifests."""
    (name, folder), = needs.items()
    version = name.removeprefix("metallb-")
    programs = {program: _single(folder / program) for program in ("controller", "speaker")}
    images = {f"quay.io/metallb/{key}:v{version}": image for key, image in programs.items()}
    write_archive(target / "images.tar", images)


def standin_images(target: Path, needs: dict[str, Path]) -> None:
    """The stand-in for Akash's provider-services, with the tools that its charts' scripts run.

    images.txt in the stand-in's source lists the names it answers to, one per line. The tag is the version that it
    plays.
    """
    layer = Layer()
    _base(layer)
    for tool in _SHELL.split():
        found = shutil.which(tool, path="/usr/bin:/bin")
        if not found:
            raise LabError(f"{tool} is not installed")
        layer.program(f"usr/bin/{tool}", Path(found).resolve())
    for shell in ("sh", "bash"):
        layer.link(f"bin/{shell}", "/usr/bin/dash")
    layer.file("usr/bin/provider-services", (needs["provider-standin"] / "provider-services").read_bytes())
    layer.link("usr/bin/curl", "provider-services")
    names = Path(__file__).resolve().parent.parent / "parts" / "provider-standin" / "images.txt"
    content = layer.bytes()
    wanted = [line.split("#")[0].strip() for line in names.read_text().splitlines()]
    wanted = [name for name in wanted if name]
    # No entrypoint: the charts' arguments include the program.
    write_archive(
        target / "images.tar",
        {name: ([], [content]) for name in wanted},
        {name: [f"STANDIN_VERSION={name.rpartition(':')[2]}"] for name in wanted},
    )
