# SPDX-License-Identifier: Apache-2.0
"""Reads and compares what a lab must not change on this machine."""

import os
import subprocess
from pathlib import Path

_FOLDERS = (
    "/etc/kubernetes /etc/cni /opt/cni /usr/libexec/kubernetes /var/lib/kubelet /var/lib/etcd"
    " /var/lib/cni /var/lib/containerd /var/log/pods /var/log/containers /run/containerd"
    " /run/netns /root/.kube/config /root/.config/helm"
).split()
_SYSCTLS = (
    "vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/hostname"
    " kernel/keys/root_maxkeys net/ipv4/ip_forward net/ipv4/conf/all/route_localnet"
    " net/bridge/bridge-nf-call-iptables net/netfilter/nf_conntrack_max"
).split()
_COMMANDS = {
    "links": ["ip", "-brief", "link"],
    "addresses": ["ip", "-brief", "address"],
    "routes": ["ip", "route", "show", "table", "all"],
    "rules": ["ip", "rule"],
    "firewall": ["iptables-save"],
}


def _said(argv: list[str]) -> list[str]:
    text = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    return [line for line in text.splitlines() if not line.startswith("#")]


def _listing(folder: str) -> list[str]:
    found = []
    for path in [Path(folder), *sorted(Path(folder).rglob("*"))]:
        if path.exists():
            about = path.lstat()
            found.append(f"{path} {about.st_mode:o} {about.st_size} {about.st_mtime_ns}")
    return found


def _groups(name: str) -> list[str]:
    """The control groups of this lab, and any that a kubelet or runtime would create by itself."""
    found = []
    for folder, folders, _ in os.walk("/sys/fs/cgroup"):
        if Path(folder).name == "iplease-lab":
            folders[:] = [entry for entry in folders if entry == name]  # other labs do not count
            found += [f"{folder}/{entry}" for entry in folders]
        found += [f"{folder}/{entry}" for entry in folders if entry in ("kubepods", "k8s.io")]
    return found


def observe() -> dict[str, list[str]]:
    """The machine as it is now, apart from the labs' own folders and groups."""
    seen = {what: _said(argv) for what, argv in _COMMANDS.items()}
    seen |= {folder: _listing(folder) for folder in _FOLDERS}
    seen["mounts"] = Path("/proc/self/mounts").read_text().splitlines()
    for key in _SYSCTLS:
        file = Path("/proc/sys") / key
        seen[key] = [file.read_text().strip()] if file.exists() else []
    return seen


def leftovers(name: str) -> list[str]:
    """Whatever still exists of the lab itself."""
    paths = (f"/run/iplease-lab/{name}", f"/run/iplease-lab/{name}.lock", f"/var/lib/iplease-lab/{name}")
    return [path for path in paths if Path(path).exists()] + _groups(name)


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """One line for each line that appeared or disappeared. The first few are enough."""
    found = []
    for what, lines in before.items():
        found += [f"{what}: gone: {line}" for line in lines if line not in after[what]]
        found += [f"{what}: new: {line}" for line in after[what] if line not in lines]
    return found[:8]
