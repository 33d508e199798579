# SPDX-License-Identifier: Apache-2.0
"""The configuration files of a node: containerd, CNI, kubeadm, kubelet, kube-proxy, audit."""

import json

from .paths import LabPaths

SOCKET = "/run/containerd/containerd.sock"
TOKEN = "lab000.0123456789abcdef"  # lets a second node join; the API server is on a private wire

CONTAINERD = """\
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.internal.v1.opt", "io.containerd.internal.v1.tracing",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10.1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""

POD_SECURITY = """\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults: {{enforce: {level}, enforce-version: latest}}
    exemptions: {{namespaces: [kube-system]}}
"""

AUDIT_POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - level: Metadata
"""

_INIT = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
  - token: {token}
    ttl: 0s
localAPIEndpoint:
  advertiseAddress: {address}
  bindPort: 6443
nodeRegistration:
  name: {node}
  criSocket: unix://{socket}
  imagePullPolicy: Never
  taints: []
  kubeletExtraArgs:
    - {{name: node-ip, value: "{address}"}}
patches:
  directory: {patches}
timeouts:
  controlPlaneComponentHealthCheck: 90s
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: lab
kubernetesVersion: v{version}
networking:
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
apiServer:
  extraArgs:
    - {{name: audit-log-path, value: "{audit}"}}
    - {{name: audit-policy-file, value: /etc/kubernetes/audit-policy.yaml}}
  extraVolumes:
    - {{name: audit-log, hostPath: "{audit_dir}", mountPath: "{audit_dir}", pathType: DirectoryOrCreate}}
    - {{name: audit-policy, hostPath: /etc/kubernetes/audit-policy.yaml, mountPath: /etc/kubernetes/audit-policy.yaml, readOnly: true, pathType: File}}
controllerManager:
  extraArgs:
    - {{name: leader-elect, value: "false"}}
    - {{name: flex-volume-plugin-dir, value: /var/lib/kubelet/volumeplugins}}
scheduler:
  extraArgs:
    - {{name: leader-elect, value: "false"}}
etcd:
  local:
    extraArgs:
      - {{name: unsafe-no-fsync, value: "true"}}
"""

_KUBELET = """\
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
resolvConf: /etc/resolv.conf
volumePluginDir: /var/lib/kubelet/volumeplugins
localStorageCapacityIsolation: false
makeIPTablesUtilChains: true
evictionHard:
  memory.available: 50Mi
  nodefs.available: 1%
  nodefs.inodesFree: 1%
  imagefs.available: 1%
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 5s
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
conntrack: {maxPerCore: 0, min: 0}
"""

# kubeadm's own probes run after 10 s and then every 10 s, so a pod that is ready in 2 s would report it after 10 or 20
# s. These probes are faster; the programs are unchanged.
_QUICK = {"initialDelaySeconds": 0, "periodSeconds": 1, "failureThreshold": 120}
STATIC_PODS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def patches() -> dict[str, str]:
    """File name -> content for kubeadm's patches folder."""
    files = {}
    for pod in STATIC_PODS:
        spec = {"containers": [{"name": pod, "startupProbe": _QUICK}]}
        files[f"{pod}+strategic.json"] = json.dumps({"spec": spec})
    probe = {"readinessProbe": {"periodSeconds": 1}}
    template = {"spec": {"containers": [{"name": "coredns", **probe}]}}
    dns = {"spec": {"replicas": 1, "template": template}}
    files["corednsdeployment+strategic.json"] = json.dumps(dns)
    return files


_JOIN = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: {server}:6443
    token: {token}
    unsafeSkipCAVerification: true
nodeRegistration:
  name: {node}
  criSocket: unix://{socket}
  imagePullPolicy: Never
  taints: []
  kubeletExtraArgs:
    - {{name: node-ip, value: "{address}"}}
"""


def kubeadm_init(paths: LabPaths, node: str, address: str, version: str) -> str:
    init = _INIT.format(
        token=TOKEN,
        address=address,
        node=node,
        socket=SOCKET,
        version=version,
        audit=paths.audit,
        patches=paths.node(node) / "patches",
        audit_dir=paths.audit.parent,
    )
    return init + _KUBELET


def kubeadm_join(node: str, address: str, server: str) -> str:
    return _JOIN.format(token=TOKEN, node=node, address=address, server=server, socket=SOCKET)


def cni(number: int) -> str:
    """The bridge network of node `number` (1 or 2), 10.244.(number-1).0/24."""
    subnet = f"10.244.{number - 1}.0/24"
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": subnet}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }
    portmap = {"type": "portmap", "capabilities": {"portMappings": True}}
    return json.dumps({"cniVersion": "0.4.0", "name": "lab", "plugins": [bridge, portmap]}, indent=1)
