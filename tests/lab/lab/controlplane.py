# SPDX-License-Identifier: Apache-2.0
"""The cheap tier's control plane: etcd, API server, controllers and scheduler as plain processes, with the certificates
and settings that kubeadm would give them."""

import os
import shutil
from pathlib import Path

from . import kubeconf, parts
from .namespaces import Namespaces
from .paths import NODE_ADDRESS, LabPaths
from .procs import Supervisor, base_env

_ETC = "/etc/kubernetes"
_PKI = f"{_ETC}/pki"
_ETCD = "http://127.0.0.1:2379"
_PODS, _SERVICES = "10.244.0.0/16", "10.96.0.0/12"

# What kubeadm does with a running API server, as far as pods and people notice.
_ADDONS = """\
set -e
kubeadm init phase upload-config kubeadm --config "$1" --kubeconfig /etc/kubernetes/super-admin.conf
kubeadm init phase addon all --config "$1" --kubeconfig /etc/kubernetes/super-admin.conf
kubectl --kubeconfig /etc/kubernetes/super-admin.conf create clusterrolebinding \
  kubeadm:cluster-admins --clusterrole=cluster-admin --group=kubeadm:cluster-admins
"""

_CERTIFICATES = """\
set -e
kubeadm init phase certs all --config "$1"
kubeadm init phase kubeconfig all --config "$1"
# The stand-in for the kubelet acts under its name, with more rights: it reads what all pods mount.
kubeadm kubeconfig user --config "$1" --client-name system:node:node1 --org system:masters \
  >/etc/kubernetes/node.conf
"""


def config(paths: LabPaths) -> str:
    text = kubeconf.kubeadm_init(paths, "node1", NODE_ADDRESS, parts.K8S)
    kind = "kind: ClusterConfiguration\n"
    return text.replace(kind, f"{kind}encryptionAlgorithm: ECDSA-P256\n")  # faster to generate than RSA


def certificates_argv(file: str) -> list[str]:
    return ["sh", "-c", _CERTIFICATES, "sh", file]


def addons_argv(file: str) -> list[str]:
    return ["sh", "-c", _ADDONS, "sh", file]


def pod_security() -> str:
    """The level that the API server enforces in namespaces without a label, or empty for its own default."""
    return os.environ.get("IPLEASE_LAB_POD_SECURITY", "")


def environment() -> dict[str, str]:
    """The environment, with the node's programs on PATH."""
    env = base_env()
    return {**env, "PATH": f"{parts.path('node')}:{env['PATH']}"}


def images_index(paths: LabPaths) -> Path:
    """The index of this lab's images: those of every lab, and those that `load` added."""
    return paths.node("node1") / "images.json"


class ControlPlane:
    """Starts the daemons on a node. The lab ends them."""

    def __init__(self, paths: LabPaths, supervisor: Supervisor, spaces: Namespaces) -> None:
        self._paths = paths
        self._supervisor = supervisor
        self._spaces = spaces

    def _start(self, name: str, argv: list[str]) -> None:
        program = str(parts.path("node") / name)
        self._supervisor.start(name, [program, *argv], self._spaces.inside("node1"), base_env())

    def start_etcd(self) -> None:
        self._start(
            "etcd",
            [
                "--name=node1",
                "--data-dir=/var/lib/etcd",
                f"--listen-client-urls={_ETCD}",
                f"--advertise-client-urls={_ETCD}",
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--initial-advertise-peer-urls=http://127.0.0.1:2380",
                "--initial-cluster=node1=http://127.0.0.1:2380",
                "--unsafe-no-fsync",
                "--heartbeat-interval=20",  # a single member elects itself, so it need not wait a second
                "--election-timeout=200",
                "--log-level=warn",
            ],
        )

    def start_api_server(self) -> None:
        headers = "--requestheader"
        self._start(
            "kube-apiserver",
            [
                f"--advertise-address={NODE_ADDRESS}",
                "--allow-privileged=true",
                "--authorization-mode=Node,RBAC",
                f"--client-ca-file={_PKI}/ca.crt",
                "--enable-admission-plugins=NodeRestriction",
                "--enable-bootstrap-token-auth=true",
                f"--etcd-servers={_ETCD}",
                f"--kubelet-client-certificate={_PKI}/apiserver-kubelet-client.crt",
                f"--kubelet-client-key={_PKI}/apiserver-kubelet-client.key",
                "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
                f"--proxy-client-cert-file={_PKI}/front-proxy-client.crt",
                f"--proxy-client-key-file={_PKI}/front-proxy-client.key",
                f"{headers}-allowed-names=front-proxy-client",
                f"{headers}-client-ca-file={_PKI}/front-proxy-ca.crt",
                f"{headers}-extra-headers-prefix=X-Remote-Extra-",
                f"{headers}-group-headers=X-Remote-Group",
                f"{headers}-username-headers=X-Remote-User",
                "--secure-port=6443",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                f"--service-account-key-file={_PKI}/sa.pub",
                f"--service-account-signing-key-file={_PKI}/sa.key",
                f"--service-cluster-ip-range={_SERVICES}",
                f"--tls-cert-file={_PKI}/apiserver.crt",
                f"--tls-private-key-file={_PKI}/apiserver.key",
                f"--audit-log-path={self._paths.audit}",
                f"--audit-policy-file={_ETC}/audit-policy.yaml",
                "--shutdown-delay-duration=0s",
                *([f"--admission-control-config-file={_ETC}/admission.yaml"] if pod_security() else []),
            ],
        )

    def start_controllers(self) -> None:
        """Once the API server answers. Earlier they would back off for seconds."""
        own = f"{_ETC}/controller-manager.conf"
        self._start(
            "kube-controller-manager",
            [
                f"--kubeconfig={own}",
                f"--authentication-kubeconfig={own}",
                f"--authorization-kubeconfig={own}",
                "--allocate-node-cidrs=true",
                "--bind-address=127.0.0.1",
                f"--client-ca-file={_PKI}/ca.crt",
                f"--cluster-cidr={_PODS}",
                "--cluster-name=lab",
                f"--cluster-signing-cert-file={_PKI}/ca.crt",
                f"--cluster-signing-key-file={_PKI}/ca.key",
                "--leader-elect=false",
                f"--requestheader-client-ca-file={_PKI}/front-proxy-ca.crt",
                f"--root-ca-file={_PKI}/ca.crt",
                f"--service-account-private-key-file={_PKI}/sa.key",
                f"--service-cluster-ip-range={_SERVICES}",
                "--use-service-account-credentials=true",
            ],
        )
        own = f"{_ETC}/scheduler.conf"
        self._start(
            "kube-scheduler",
            [
                f"--kubeconfig={own}",
                f"--authentication-kubeconfig={own}",
                f"--authorization-kubeconfig={own}",
                "--bind-address=127.0.0.1",
                "--leader-elect=false",
            ],
        )

    def start_node(self) -> None:
        """The stand-in kubelet, which registers the node and runs its pods."""
        shutil.copyfile(parts.path("rootfs") / "index.json", images_index(self._paths))
        argv = [
            str(parts.path("kubelet-standin") / "kubelet-standin"),
            f"--kubeconfig={_ETC}/node.conf",
            "--node=node1",
            f"--address={NODE_ADDRESS}",
            "--pods=10.244.0",
            f"--images={images_index(self._paths)}",
            f"--data={self._paths.node('node1') / 'pods'}",
            f"--pause={parts.path('pause') / 'pause'}",
        ]
        self._supervisor.start("kubelet-standin", argv, self._spaces.inside("node1"), base_env())
