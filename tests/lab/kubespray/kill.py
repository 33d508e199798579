# SPDX-License-Identifier: Apache-2.0
"""kill -9 while the play runs. The play ends too, and `iplease resume` runs it to its end, although MetalLB is ready by
then. Also plays and inventories that cannot work."""

import os
import signal
import subprocess
import time
from pathlib import Path

from standin import CHECKOUT, FLAGS, INVENTORY, RUN, objects, prepare  # first: it sets the path
from onlab import IPLEASE, LAB, LABCTL, STATE, audit_mark, claim, iplease, main, usage, writes_since
from json_schema import check_stream


def processes(word):
    """The processes of this lab with the word in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if word in line and str(STATE) in line and entry.name.isdigit():
            found.append(int(entry.name))
    return found


def soon(claimed, what, seconds=120):
    limit = time.monotonic() + seconds
    while not claimed():
        claim(time.monotonic() < limit, what)
        time.sleep(0.05)


def refused(what, code, identity, *args):
    mark = audit_mark()
    told = iplease("enable", "--yes", *args, check=False)
    claim(told.returncode == code and identity in told.stderr, f"{what}: exit {told.returncode}\n{told.stderr}")
    claim(writes_since(mark) == [], f"{what}: something was written: {writes_since(mark)}")
    print(f"{what}: {identity}, exit {code}", flush=True)
    return told


def what_cannot_work():
    galaxy = CHECKOUT / "galaxy.yml"
    text = galaxy.read_text(encoding="utf-8")
    galaxy.unlink()
    refused("no galaxy.yml", 3, "IPL-KSP-001", *RUN)
    galaxy.write_text(text.replace("2.31.0", "2.17.1"), encoding="utf-8")
    refused("a pool that cannot be default", 3, "IPL-KSP-002", *RUN)
    galaxy.write_text(text.replace("2.31.0", "2.22.0"), encoding="utf-8")
    refused("a broken role", 3, "IPL-KSP-003", *RUN)
    galaxy.write_text(text, encoding="utf-8")
    role = CHECKOUT / "roles/kubernetes-apps/metallb/templates"
    role.mkdir(parents=True)
    (role / "pools.yaml.j2").touch()
    told = refused("a release that reads other variables", 3, "IPL-KSP-014", *RUN, "--kubespray-version", "v2.21.0")
    claim("v2.21.0 reads metallb_ip_range" in told.stderr and "reads metallb_config" in told.stderr,
          f"not both are named: {told.stderr}")
    (role / "pools.yaml.j2").unlink()
    (INVENTORY / "inventory.ini").write_text("[all]\n", encoding="utf-8")
    refused("two inventory files", 2, "IPL-KSP-006", *RUN)
    (INVENTORY / "inventory.ini").unlink()
    (CHECKOUT / "cluster.yml").rename(CHECKOUT / "other.yml")
    refused("no play", 3, "IPL-KSP-012", *RUN)
    (CHECKOUT / "other.yml").rename(CHECKOUT / "cluster.yml")
    refused("no inventory", 2, "IPL-KSP-005", *RUN[:4], "--kubespray-inventory", str(CHECKOUT / "nowhere"))


def what_cannot_be_written():
    """Inventories in which the variables would have no effect or no place. No file is written."""
    cluster = INVENTORY / "group_vars" / "k8s_cluster"
    addons = cluster / "addons.yml"
    text = addons.read_text(encoding="utf-8")
    addons.write_text(text + "metallb_enabled: b: c\n", encoding="utf-8")
    refused("an inventory that is no YAML", 2, "IPL-KSP-004", *RUN)
    addons.write_text(text, encoding="utf-8")
    smaller = INVENTORY / "group_vars" / "kube_control_plane.yml"
    smaller.write_text("kube_proxy_strict_arp: false\n", encoding="utf-8")
    told = refused("a smaller group that wins", 2, "IPL-KSP-007", *RUN)
    claim(str(smaller) in told.stderr, f"the file that wins is not named: {told.stderr}")
    smaller.unlink()
    bare = CHECKOUT / "inventory" / "bare"
    bare.mkdir()
    (bare / "inventory.ini").write_text("[kube_control_plane]\nnode1\n", encoding="utf-8")
    told = refused("an INI file without a place", 2, "IPL-KSP-008", *RUN[:4], "--kubespray-inventory", str(bare))
    claim(f"mkdir -p {bare}/group_vars/k8s_cluster" in told.stderr, f"the cure is not told: {told.stderr}")
    claim(list(CHECKOUT.rglob("*.backup-*")) == [], "a refusal wrote into an inventory")


def a_play_that_fails():
    (CHECKOUT / "metallb-native.yaml").rename(CHECKOUT / "kept.yaml")
    told = iplease("enable", "--yes", *RUN, "-o", "json", check=False)
    check_stream(told.stdout)
    claim('"why":"TASK [metallb : ' in told.stdout, f"no task was told while the play ran: {told.stdout}")
    claim(told.returncode == 1 and "IPL-KSP-010" in told.stdout, f"exit {told.returncode}\n{told.stdout}")
    claim("metallb-native.yaml" in told.stdout, f"the play's own words are not shown: {told.stdout}")
    (CHECKOUT / "kept.yaml").rename(CHECKOUT / "metallb-native.yaml")


def killed():
    hold = CHECKOUT / "hold"
    hold.touch()
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes", *RUN], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    soon(lambda: len(processes("wait_for")) > 0 or run.poll() is not None, "the play did not come to its held task")
    claim(run.poll() is None, f"iplease ended before it could be killed: exit {run.returncode}")
    claim(objects("ipaddresspools") == [], "the play had made its pools before it was killed")
    for pid in processes("--kubespray-run"):
        if os.readlink(f"/proc/{pid}/exe") == os.path.realpath(IPLEASE):
            os.kill(pid, signal.SIGKILL)
    run.wait(60)
    hold.unlink()
    # The current task may finish, but no other may begin.
    soon(lambda: not processes("ansible-playbook"), "the play outlived iplease", 30)
    claim(objects("ipaddresspools") == [], "the play went on after iplease was killed")


def test():
    prepare()
    what_cannot_work()
    what_cannot_be_written()
    a_play_that_fails()
    killed()
    told = iplease("resume", "--yes", "-f", str(FLAGS))  # with the settings of the killed run
    claim("metallb/play" in told.stderr, f"resume does not say where the run stopped: {told.stderr}")
    # The play creates `default`, so it ran to its end.
    claim(objects("l2advertisements") == ["default"], f"{objects('l2advertisements')}")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    again = iplease("enable", "--yes", *RUN)
    claim("nothing to do" in again.stdout, f"once more: {again.stdout}{again.stderr}")


main(test)
