# SPDX-License-Identifier: Apache-2.0
"""The cheap tier: a real control plane of plain processes, and one node whose kubelet is a stand-in that runs the pods'
programs without a container runtime. It is up, and fresh again, in seconds."""

import json
import shutil
import time

from . import controlplane, kubeconf, parts, repo, snapshot, state
from .errors import LabError
from .fulltier import FullLab
from .paths import CLIENT_ADDRESS, NODE_ADDRESS
from .procs import run, wait_for
from .say import timed

_SAVED = ("etcd", "kubernetes")


class CheapLab(FullLab):
    """One lab of the cheap tier. Its hosts, files and commands are those of the full tier."""

    tier = "cheap"

    def _plane(self) -> controlplane.ControlPlane:
        return controlplane.ControlPlane(self.paths, self.supervisor, self.spaces)

    def up(self, nodes: int, provider: str) -> None:
        if nodes != 1:
            raise LabError("the cheap tier has one node: --tier full for more")
        for name in parts.default_parts():
            parts.path(name)
        self._prepare(["node1"], provider)
        self._write_files()
        with timed("namespaces"):
            self._start_spaces(1, fresh=True)
        with timed("control plane"):
            self._plane().start_etcd()
            self._inside(controlplane.certificates_argv(self._config()))
            self._share_kubeconfig()
            self._start_daemons()
            self._inside(controlplane.addons_argv(self._config()))
        with timed("node Ready, CoreDNS running"):
            self._wait_pods()
        self._install_provider(provider)
        with timed("snapshot for reset"):
            self._save()

    def reset(self) -> None:
        known = state.read(self.paths)
        if not known.get("ready") or not self.paths.base.exists():
            raise LabError(f"lab {self.paths.name} is not up: ./dev lab up --tier cheap")
        began = time.time()
        with timed("ending what ran, restoring files"):
            self.cgroup.kill()
            self.spaces.forget()
            self._restore()
        with timed("namespaces"):
            self._start_spaces(1, fresh=False)
        with timed("control plane"):
            self._plane().start_etcd()
            self._start_daemons()
        with timed("pods"):
            snapshot.wait_restored(self, began)
            repo.wait(self.spaces, "node1", self.cgroup)
        self.forget_traces()

    def load(self, names: list[str], nodes: int) -> None:
        """The stand-in kubelet reads the index each time it starts a container."""
        index = controlplane.images_index(self.paths)
        known = json.loads(index.read_text())
        for name in names:
            part = parts.path(name.replace("images-", "rootfs-", 1))
            known.update(json.loads((part / "index.json").read_text()))
        fresh = index.with_suffix(".new")
        fresh.write_text(json.dumps(known, indent=1))
        fresh.rename(index)

    # --- steps

    def _config(self) -> str:
        return str(self.paths.node("node1") / "kubeadm.yaml")

    def _write_files(self) -> None:
        data = self.paths.node("node1")
        for folder in ("kubernetes", "patches", "etcd"):
            (data / folder).mkdir(parents=True, exist_ok=True)
        for name, content in kubeconf.patches().items():
            (data / "patches" / name).write_text(content)
        (data / "kubernetes" / "audit-policy.yaml").write_text(kubeconf.AUDIT_POLICY)
        if level := controlplane.pod_security():
            (data / "kubernetes" / "admission.yaml").write_text(kubeconf.POD_SECURITY.format(level=level))
        (data / "kubeadm.yaml").write_text(controlplane.config(self.paths))

    def _start_spaces(self, nodes: int, fresh: bool) -> None:
        init = parts.path("pause") / "pause"
        self.spaces.start_init(init)
        self.spaces.start_host("client", CLIENT_ADDRESS, init, node=False)
        self.spaces.start_host("node1", NODE_ADDRESS, init, node=True)
        self.spaces.ip("node1", "route add 10.96.0.0/12 dev eth0\n")
        repo.serve(self.supervisor, self.spaces, "node1")

    def _start_daemons(self) -> None:
        """Everything except etcd, which starts earlier because its election takes a while."""
        plane = self._plane()
        plane.start_api_server()
        wait_for(
            lambda: self._get("/readyz") == "ok",
            lambda: f"the API server: {self.supervisor.last_words('kube-apiserver')}",
            60,
            lambda: self.supervisor.require("kube-apiserver"),
            pause=0.1,
        )
        plane.start_controllers()
        plane.start_node()

    def _inside(self, argv: list[str]) -> None:
        env = controlplane.environment()
        run([*self.spaces.inside("node1"), *argv], env=env, cgroup=self.cgroup)

    def _share_kubeconfig(self) -> None:
        shutil.copyfile(self.paths.node("node1") / "kubernetes" / "admin.conf", self.paths.kubeconfig)
        self.paths.kubeconfig.chmod(0o600)

    def _get(self, path: str) -> str:
        """The API server's answer, or empty if it does not answer. Costs a tenth of a kubectl."""
        pki = self.paths.node("node1") / "kubernetes" / "pki"
        argv = ["curl", "-s", "--max-time", "10", "--cacert", f"{pki}/ca.crt"]
        argv += ["--cert", f"{pki}/apiserver-kubelet-client.crt"]
        argv += ["--key", f"{pki}/apiserver-kubelet-client.key"]
        argv = [*self.spaces.on("node1", ["net"]), *argv, f"https://{NODE_ADDRESS}:6443{path}"]
        return run(argv, check=False, cgroup=self.cgroup).stdout

    def pods(self) -> list[dict]:
        return json.loads(self._get("/api/v1/pods") or "{}").get("items", [])

    def _wait_pods(self) -> None:
        wait_for(self._addons_ready, "CoreDNS and kube-proxy are not Ready", 60, pause=0.1)
        repo.wait(self.spaces, "node1", self.cgroup)

    def _addons_ready(self) -> bool:
        apps = "/apis/apps/v1/namespaces/kube-system"
        dns = json.loads(self._get(f"{apps}/deployments/coredns") or "{}").get("status", {})
        proxy = json.loads(self._get(f"{apps}/daemonsets/kube-proxy") or "{}").get("status", {})
        return dns.get("availableReplicas") == 1 and proxy.get("numberAvailable") == 1

    # --- the fresh state

    def _save(self) -> None:
        base, data = self.paths.base, self.paths.node("node1")
        shutil.rmtree(base, ignore_errors=True)
        snapshot.copy(self.paths.home, base / "home")
        snapshot.copy(data / "kubernetes", base / "kubernetes")
        with snapshot.stopped(self.supervisor.require("etcd")):
            snapshot.copy(data / "etcd", base / "etcd")

    def _restore(self) -> None:
        base, data = self.paths.base, self.paths.node("node1")
        for name in _SAVED:
            snapshot.empty(data / name)
            snapshot.copy_into(base / name, data / name)
        snapshot.empty(self.paths.home)
        snapshot.copy_into(base / "home", self.paths.home)
        for file in self.paths.audit.parent.iterdir():
            file.unlink()
        shutil.rmtree(self.paths.pids, ignore_errors=True)
