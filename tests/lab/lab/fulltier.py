# SPDX-License-Identifier: Apache-2.0
"""The full tier: a real kubeadm node, and how it returns to fresh."""

import json
import time

from . import environ, kubeconf, parts, repo, snapshot, state
from .cgroups import LabCgroup
from .errors import LabError
from .namespaces import Namespaces
from .node import Node, start_fresh
from .paths import CLIENT_ADDRESS, LAB_SOURCE, LabPaths
from .procs import Supervisor, run, wait_for
from .say import say, timed

_INSTALL = LAB_SOURCE / "akash" / "install"


class FullLab:
    """One lab of the full tier. Built again for each command: its whole state is on disk."""

    tier = "full"

    def __init__(self, paths: LabPaths, cgroup: LabCgroup) -> None:
        self.paths = paths
        self.cgroup = cgroup
        self.supervisor = Supervisor(paths, cgroup)
        self.spaces = Namespaces(paths, cgroup, self.supervisor)

    def node(self, number: int) -> Node:
        return Node(number, self.paths, self.cgroup, self.supervisor, self.spaces)

    # --- up

    def up(self, nodes: int, provider: str) -> None:
        """From nothing to Ready, with the provider release and the snapshot for `reset`."""
        needed = {name: parts.path(name) for name in parts.default_parts()}
        charts = repo.folder()
        say(f"repositories of {charts.name}, programs of {len(needed)} parts")
        names = [f"node{number + 1}" for number in range(nodes)]
        self._prepare(names, provider)
        self._start_spaces(nodes, fresh=True)
        with timed("kubeadm init"):
            self.node(1).init()
            self.node(1).restart_kubelet()
        for number in range(2, nodes + 1):
            with timed(f"kubeadm join of node{number}"):
                self.node(number).join(self.node(1).address)
        with timed("node Ready, CoreDNS running"):
            self._wait_ready(nodes)
        self._install_provider(provider)
        with timed("snapshot for reset"):
            snapshot.save(self, nodes)

    def _prepare(self, names: list[str], provider: str) -> None:
        for folder in (self.paths.run, self.paths.logs, self.paths.pids, self.paths.audit.parent):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.paths.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.cgroup.create(names)
        environ.write_files(self.paths, self.cgroup.procs)
        state.write(
            self.paths, {"tier": self.tier, "nodes": len(names), "provider": provider, "ready": False}
        )

    def _start_spaces(self, nodes: int, fresh: bool) -> None:
        """Namespaces, wire, containerd and repositories; also images if `fresh`."""
        init = parts.path("pause") / "pause"
        self.spaces.start_init(init)
        self.spaces.start_host("client", CLIENT_ADDRESS, init, node=False)
        for number in range(1, nodes + 1):
            node = self.node(number)
            if fresh:
                start_fresh(node, init)
            else:
                node.start_host(init)
                node.start_containerd()
        repo.serve(self.supervisor, self.spaces, "node1")

    def _wait_ready(self, nodes: int) -> None:
        self.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=60s")
        wait_for(lambda: self._node_count() >= nodes, "a node has not registered", 60, pause=0.3)
        for target in ("daemonset/kube-proxy", "deployment/coredns"):
            self.kubectl("-n", "kube-system", "rollout", "status", target, "--timeout=90s")
        wait_for(self._control_plane_ready, "a static pod is not Ready", 60, pause=0.3)
        repo.wait(self.spaces, "node1", self.cgroup)

    def _control_plane_ready(self) -> bool:
        """Each static pod has its mirror in the API, Ready. The snapshot must not miss one."""
        ready = {
            pod["metadata"]["name"]
            for pod in self.pods()
            if all(c["ready"] for c in pod["status"].get("containerStatuses", [{"ready": False}]))
        }
        return {f"{name}-node1" for name in kubeconf.STATIC_PODS} <= ready

    def _node_count(self) -> int:
        return len(self.kubectl("get", "nodes", "-o", "name").split())

    def _install_provider(self, provider: str) -> None:
        with timed(f"provider {provider}"):
            done = run(
                [*self.spaces.on("node1", ["net"]), str(_INSTALL), "--provider", provider],
                env=environ.variables(self.paths, on_node=True),
                timeout=180,
                check=False,
                cgroup=self.cgroup,
            )
        (self.paths.logs / "install.log").write_text(done.stdout + done.stderr)
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise LabError(f"{_INSTALL.name} --provider {provider} failed: {lines[-1]}")

    # --- reset

    def reset(self) -> None:
        """Back to the snapshot: ends everything that runs, and starts only the saved state again."""
        known = state.read(self.paths)
        if not known.get("ready") or not self.paths.base.exists():
            raise LabError(f"lab {self.paths.name} is not up: ./dev lab up")
        began, nodes = time.time(), known["nodes"]
        with timed("ending what ran, restoring files"):
            self.cgroup.kill()
            self.spaces.forget()
            snapshot.restore(self, nodes)
        with timed("namespaces and containerd"):
            self._start_spaces(nodes, fresh=False)
        with timed("API server"):
            self._start_control_plane()
        with timed("pods"):
            for number in range(2, nodes + 1):
                self.node(number).start_kubelet()
            snapshot.wait_restored(self, began)
            repo.wait(self.spaces, "node1", self.cgroup)
        self.forget_traces()

    def _start_control_plane(self) -> None:
        """etcd and the API server first: anything that starts before them backs off for seconds."""
        node = self.node(1)
        node.hold_back(("kube-controller-manager", "kube-scheduler"))
        node.start_kubelet()
        self._wait_api()
        node.let_go()
        node.restart_kubelet()

    def forget_traces(self) -> None:
        """Removes traces of the way to fresh: our own audit lines, and the caches of kubectl and helm."""
        with open(self.paths.audit, "r+b") as audit:
            audit.truncate(0)

    def _wait_api(self) -> None:
        wait_for(
            lambda: self._kubectl("get", "--raw", "/readyz").returncode == 0,
            lambda: f"the API server: {self.supervisor.last_words('kubelet-node1')}",
            60,
            pause=0.2,
        )

    # --- more images

    def load(self, names: list[str], nodes: int) -> None:
        """Import image parts that `up` leaves out. A reset forgets them."""
        for number in range(1, nodes + 1):
            for name in names:
                self.node(number).import_part(name)

    # --- tools

    def _kubectl(self, *args: str, timeout: float = 120):
        argv = [*self.spaces.on("node1", ["net"]), str(self.paths.run / "bin" / "kubectl"), *args]
        env = environ.variables(self.paths, on_node=True)
        return run(argv, check=False, env=env, timeout=timeout, cgroup=self.cgroup)

    def kubectl(self, *args: str) -> str:
        done = self._kubectl(*args)
        if done.returncode != 0:
            raise LabError(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def pods(self) -> list[dict]:
        return json.loads(self.kubectl("get", "pods", "-A", "-o", "json"))["items"]

