# SPDX-License-Identifier: Apache-2.0
"""One node of the full lab: containerd, its images, kubelet, and kubeadm's init or join."""

import os
import shlex
import shutil
import signal
from pathlib import Path

from . import imagecache, kubeconf, parts, snapshot
from .cgroups import LabCgroup
from .errors import LabError
from .namespaces import Namespaces
from .paths import LabPaths
from .procs import Supervisor, base_env, run, wait_for
from .say import timed

_CTR = ["ctr", "--address", kubeconf.SOCKET, "--namespace", "k8s.io"]
_IMAGE_PARTS = ("images-node", "images-metallb-0.14.8", "images-standin")


class Node:
    """A node by name. `number` 1 is the control plane."""

    def __init__(
        self,
        number: int,
        paths: LabPaths,
        cgroup: LabCgroup,
        supervisor: Supervisor,
        spaces: Namespaces,
    ) -> None:
        self.number = number
        self.name = f"node{number}"
        self.address = f"203.0.113.{9 + number}"
        self.data = paths.node(self.name)
        self._paths = paths
        self._cgroup = cgroup
        self._supervisor = supervisor
        self._spaces = spaces

    # --- network and files

    def start_host(self, init: Path) -> None:
        self._spaces.start_host(self.name, self.address, init, node=True)
        other = 2 if self.number == 1 else 1
        # Service addresses need a route before kube-proxy's rules apply. The route leads nowhere.
        self._spaces.ip(
            self.name,
            "route add 10.96.0.0/12 dev eth0\n"
            f"route add 10.244.{other - 1}.0/24 via 203.0.113.{9 + other}\n",
        )

    def write_files(self) -> None:
        """Write fresh configuration. Runs before the node's mounts are made."""
        for folder in ("kubernetes", "cni", "kubelet", "etcd", "containerd", "pod-logs", "patches"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        (self.data / "containerd.toml").write_text(kubeconf.CONTAINERD)
        (self.data / "cni" / "10-lab.conflist").write_text(kubeconf.cni(self.number))
        for name, content in kubeconf.patches().items():
            (self.data / "patches" / name).write_text(content)
        (self.data / "kubernetes" / "audit-policy.yaml").write_text(kubeconf.AUDIT_POLICY)

    # --- daemons

    def _start(self, daemon: str, argv: list[str]) -> None:
        name = f"{daemon}-{self.name}"
        self._supervisor.start(name, argv, self._spaces.inside(self.name), base_env())

    def start_containerd(self) -> None:
        self._start("containerd", ["containerd", "--config", str(self.data / "containerd.toml")])
        wait_for(
            lambda: self.inside([*_CTR, "version"], check=False).returncode == 0,
            lambda: f"containerd: {self._supervisor.last_words(f'containerd-{self.name}')}",
            20,
            lambda: self._supervisor.require(f"containerd-{self.name}"),
        )

    def containerd_pid(self) -> int:
        return self._supervisor.require(f"containerd-{self.name}")

    def start_kubelet(self) -> None:
        """kubeadm has already written its configuration. There is no systemd, so start the kubelet here."""
        flags = (self.data / "kubelet" / "kubeadm-flags.env").read_text().strip()
        given = shlex.split(flags.partition("=")[2].strip('"'))
        kubelet = parts.path("node") / "kubelet"
        argv = [str(kubelet), "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf"]
        argv += ["--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml"]
        argv += [f"--cgroup-root={self._cgroup.kubelet_root(self.name)}", *given]
        self._start("kubelet", argv)

    def restart_kubelet(self) -> None:
        """Its watches back off while there is no API server. A new kubelet asks at once."""
        os.kill(self._supervisor.require(f"kubelet-{self.name}"), signal.SIGKILL)
        self.start_kubelet()

    def hold_back(self, pods: tuple[str, ...]) -> None:
        """Keep static pods from starting until `let_go`."""
        (self.data / "held").mkdir(exist_ok=True)
        for pod in pods:
            (self.data / "kubernetes/manifests" / f"{pod}.yaml").rename(self.data / "held" / pod)

    def let_go(self) -> None:
        for held in (self.data / "held").iterdir():
            shutil.move(held, self.data / "kubernetes/manifests" / f"{held.name}.yaml")

    def inside(self, argv: list[str], check: bool = True, timeout: float = 120):
        """Run a command to its end among the node's own files and processes."""
        prefix = self._spaces.inside(self.name)
        return run(
            [*prefix, *argv], check=check, timeout=timeout, env=base_env(), cgroup=self._cgroup
        )

    # --- images

    def load_images(self) -> None:
        """Start containerd with the images that pods use. Nothing is ever pulled."""
        names = [part for part in _IMAGE_PARTS if part in parts.default_parts()]
        placed = imagecache.place(self.data, names)
        self.start_containerd()
        if not placed:
            for part in names:
                self.import_part(part)
            snapshot.save_images(self.data, self.containerd_pid())
            imagecache.keep(self.data, names)

    def import_part(self, part: str) -> None:
        """Load an image part. ctr gets the archive as a handle, wherever the cache is."""
        archive = parts.path(part) / "images.tar"
        self.inside([*_CTR, "images", "import", str(archive)])

    # --- kubeadm

    def init(self) -> None:
        """`kubeadm init`. The kubelet starts as soon as its configuration exists."""
        config = kubeconf.kubeadm_init(self._paths, self.name, self.address, parts.K8S)
        self._kubeadm("init", config)
        shutil.copyfile(self.data / "kubernetes" / "admin.conf", self._paths.kubeconfig)
        self._paths.kubeconfig.chmod(0o600)

    def join(self, server: str) -> None:
        self._kubeadm("join", kubeconf.kubeadm_join(self.name, self.address, server))

    def _kubeadm(self, verb: str, config: str) -> None:
        file = self.data / "kubeadm.yaml"
        file.write_text(config)
        kubeadm = parts.path("node") / "kubeadm"
        argv = [str(kubeadm), verb, "--config", str(file), "--skip-phases=preflight"]
        done = self._paths.run / f"kubeadm-{self.name}.exit"
        done.unlink(missing_ok=True)
        shell = 'report=$1; shift; "$@"; echo $? >"$report.new"; mv "$report.new" "$report"'
        self._start("kubeadm", ["sh", "-c", shell, "sh", str(done), *argv])
        wanted = ("config.yaml", "kubeadm-flags.env")
        wait_for(
            lambda: all((self.data / "kubelet" / name).exists() for name in wanted),
            self._kubeadm_words,
            60,
            lambda: self._check_kubeadm(done),
        )
        self.start_kubelet()
        wait_for(done.exists, self._kubeadm_words, 240, lambda: self._check_kubeadm(done))
        self._check_kubeadm(done)

    def _check_kubeadm(self, done: Path) -> None:
        if done.exists() and done.read_text().strip() != "0":
            raise LabError(f"kubeadm failed: {self._kubeadm_words()}")

    def _kubeadm_words(self) -> str:
        return self._supervisor.last_words(f"kubeadm-{self.name}")


def start_fresh(node: Node, init: Path) -> None:
    """From nothing to a node with its images loaded."""
    node.write_files()
    node.start_host(init)
    with timed("containerd and images"):
        node.load_images()
