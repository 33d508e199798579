# SPDX-License-Identifier: Apache-2.0
"""A Kubespray checkout and inventory on a lab, for the tests beside this file."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "enable"))
from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, iplease, kubectl, shell, writes_since  # noqa: E402,F401

CHECKOUT = STATE / "home" / "kubespray"
INVENTORY = CHECKOUT / "inventory" / "prod"
DATA = HERE.parent.parent / "data" / "kubespray"
FLAGS = STATE / "home" / "flags.yaml"
ARGS = ("-f", str(FLAGS), "--metallb", "kubespray", "--kubespray-inventory", str(INVENTORY))
RUN = (*ARGS, "--kubespray-run", "--kubespray-dir", str(CHECKOUT))
PLAY = (
    "env", "-C", str(CHECKOUT), "ansible-playbook", "-i", str(INVENTORY / "hosts.yaml"), "--become", "cluster.yml",
    "--tags", "metallb",
)


def labctl(*argv):
    done = subprocess.run([LABCTL, *argv], capture_output=True, text=True, timeout=600, check=False)
    claim(done.returncode == 0, f"labctl {' '.join(argv)}: {done.stderr}")
    return done.stdout.strip()


def charts():
    """MetalLB's own charts and manifests, from its Go modules."""
    return Path(labctl("part", "metallb-charts"))


def manifests():
    return charts() / "v0.13.9" / "config" / "manifests" / "metallb-native.yaml"


def load(*versions):
    labctl("load", "--name", LAB, *(f"images-metallb-{version}" for version in versions))


def write_flags():
    """The lab's flags file without the settings for MetalLB's Helm chart."""
    lines = shell("sh", "-c", "cat $IPLEASE_FILE").stdout.splitlines()
    kept = [line for line in lines if line != "metallb:" and not line.startswith("  values:")]
    FLAGS.write_text("\n".join(kept) + "\n", encoding="utf-8")


def prepare():
    """A fresh checkout with a v2.31 inventory that does not mention MetalLB yet."""
    load("0.13.9")
    write_flags()
    shutil.rmtree(CHECKOUT, ignore_errors=True)
    shutil.copytree(HERE / "checkout", CHECKOUT)
    shutil.copy(manifests(), CHECKOUT / "metallb-native.yaml")
    shutil.copytree(DATA / "new", INVENTORY)
    (INVENTORY / "hosts.yaml").write_text(
        f"all:\n  hosts:\n    node1:\n      ansible_connection: local\n      ansible_remote_tmp: {CHECKOUT}/tmp\n"
        "  children:\n    k8s_cluster:\n"
        "      children:\n        kube_control_plane:\n          hosts:\n            node1:\n",
        encoding="utf-8",
    )


def old_checkout():
    """A checkout and an inventory of v2.21, whose play installs MetalLB 0.12."""
    prepare()
    load("0.12.0")
    folder = charts() / "v0.12.0" / "config" / "manifests"
    text = (folder / "namespace.yaml").read_text() + "\n---\n" + (folder / "metallb.yaml").read_text()
    # Kubespray leaves out the PodSecurityPolicies if the API server does not have them.
    documents = [one for one in text.split("\n---") if "kind: PodSecurityPolicy" not in one]
    (CHECKOUT / "metallb-0.12.yaml").write_text("\n---".join(documents), encoding="utf-8")
    galaxy = CHECKOUT / "galaxy.yml"
    galaxy.write_text(galaxy.read_text().replace("2.31.0", "2.21.0"), encoding="utf-8")
    shutil.rmtree(INVENTORY / "group_vars")
    shutil.copytree(DATA / "old" / "group_vars", INVENTORY / "group_vars")


def new_checkout():
    """Updates the same checkout to v2.31. The inventory stays as it is."""
    galaxy = CHECKOUT / "galaxy.yml"
    galaxy.write_text(galaxy.read_text().replace("2.21.0", "2.31.0"), encoding="utf-8")


def objects(kind):
    text = kubectl("-n", "metallb-system", "get", kind, "-o", "jsonpath={range .items[*]}{.metadata.name} {end}")
    return sorted(text.split())


def uids():
    """MetalLB's workloads and pods with their UIDs. If they are equal, nothing was created again."""
    return kubectl(
        "-n", "metallb-system", "get", "deployments,daemonsets,pods", "-o",
        "jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.uid} {.metadata.generation}{\"\\n\"}{end}",
    )


def nothing_more(*ways):
    """Another run, with the play and without it (or in other ways), has nothing to do and writes nothing."""
    for args in ways or (RUN, ARGS):
        mark = audit_mark()
        again = iplease("enable", "--yes", *args)
        claim("nothing to do" in again.stdout, f"once more, {' '.join(args)}: {again.stdout}{again.stderr}")
        claim(writes_since(mark) == [], f"once more, {' '.join(args)}: wrote {writes_since(mark)}")


def healthy():
    """doctor and status report nothing, even if nobody says that Kubespray deployed MetalLB. After that a lease can be
    verified too."""
    for args in (ARGS, ("-f", str(FLAGS))):
        told = iplease("doctor", *args, check=False)
        claim(told.returncode == 0 and "\nhealthy: " in told.stdout, f"doctor: exit {told.returncode}\n{told.stdout}{told.stderr}")
        claim("IPL-" not in told.stdout, f"doctor {args} tells something:\n{told.stdout}")
        told = iplease("status", *args, check=False)
        claim(told.returncode == 0 and "IP leases are on" in told.stdout, f"status: exit {told.returncode}\n{told.stdout}{told.stderr}")
        claim("none since" in told.stdout, f"status {args} tells drift:\n{told.stdout}")
    told = iplease("verify", "-f", str(FLAGS), check=False)
    claim(told.returncode == 0, f"verify: exit {told.returncode}\n{told.stdout}{told.stderr}")
