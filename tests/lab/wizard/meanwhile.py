# SPDX-License-Identifier: Apache-2.0
"""What others do between the first read and the first write. A confirmed plan runs as shown or not at all (IPL-RUN-015,
exit 7). What nobody had to confirm is planned again."""

import json
import subprocess
import sys
import time
from pathlib import Path

from talk import POOL, STATE, Talk, reset  # first: it adds onlab's folder to the path
from onlab import IPLEASE, LAB, LABCTL, audit_mark, claim, iplease, kubectl, main, play, shell, writes_since
from wrapped import enable_that_is_killed, killing, tool_as_it_is

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "migrate"))
from old_metallb import CONFIG, apply, config_map, flags_without_pool, install_manifests, load_images  # noqa: E402

ASKED = "cancel\r\n> "
WIDER = "203.0.113.100-203.0.113.130"
FILE = str(STATE / "iplease.yaml")
MOVED = "203.0.113.140-203.0.113.150"
THEIRS = ["203.0.113.100-203.0.113.125"]
POOL_OBJECT = ("-n", "metallb-system", "ipaddresspool", "default")


def pool():
    return json.loads(kubectl("get", *POOL_OBJECT, "-o", "json"))


def held(*args, meanwhile):
    """A run whose read is held up while `meanwhile` happens. Returns what it then prints and writes."""
    helm, go = STATE / "home" / "held-helm", STATE / "home" / "go"
    go.unlink(missing_ok=True)
    waits = go.with_name("go.waits")
    waits.unlink(missing_ok=True)
    # Helm itself answers, but late.
    helm.write_text(
        f'#!/bin/sh\n{STATE}/bin/helm "$@"; code=$?\n'
        f'case " $* " in *" list "*) until [ -e {go} ]; do touch {waits}; sleep 0.05; done ;; esac\nexit $code\n',
        encoding="utf-8")
    helm.chmod(0o755)
    late = subprocess.Popen(
        [str(LABCTL), "shell", "--name", LAB, "--", IPLEASE, *args, "--helm", str(helm)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60
    while not waits.exists():
        claim(time.monotonic() < limit and late.poll() is None, f"{args[0]}: the look did not come to `helm list`")
        time.sleep(0.05)
    meanwhile()
    mark = audit_mark()
    go.touch()
    out, err = late.communicate(timeout=300)
    claim(late.returncode == 0 and "Looking once more" in err, f"{args[0]}: exit {late.returncode}\n{out}\n{err}")
    return out, err, writes_since(mark)


def overlapped():
    """A run is held up while another run does everything. It notices, and plans again."""
    _, err, wrote = held("enable", "--yes", "--pool", POOL, meanwhile=lambda: iplease("enable", "--yes", "--pool", POOL))
    claim(wrote == [], f"the late run wrote {wrote}\n{err}")


def verified_anew():
    """`verify` uses the pool that another run has created meanwhile."""
    out, err, _ = held("verify", meanwhile=lambda: iplease("enable", "--yes", "--pool", MOVED))
    claim(f"verified: {MOVED.split('-', maxsplit=1)[0]} " in out, f"not an address of the new pool:\n{out}\n{err}")


def patched():
    """Another person's pool stays as it is."""
    talk = Talk("enable", "-f", FILE, "--pool", WIDER, "--plain").see(ASKED)
    kubectl("patch", *POOL_OBJECT, "--type", "merge", "-p", json.dumps({"spec": {"addresses": THEIRS}}))
    mark = audit_mark()
    talk.keys("\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and "run the same command again" in " ".join(talk.raw.split()), talk.raw)
    claim("pool/default was " in " ".join(talk.raw.split()) and "203.0.113.124/31" in talk.raw, f"it does not say what differs:\n{talk.raw}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    claim(pool()["spec"]["addresses"] == THEIRS, f"their pool is lost: {pool()['spec']}")


def touched():
    """A label changes the resourceVersion but nothing that was confirmed."""
    talk = Talk("enable", "-f", FILE, "--pool", WIDER, "--plain").see(ASKED)
    before = pool()["metadata"]["resourceVersion"]
    kubectl("label", *POOL_OBJECT, "looked-at=yes")
    claim(pool()["metadata"]["resourceVersion"] != before, "the label changed nothing")
    talk.keys("\r").end(0)
    claim("Looking once more" in talk.raw, talk.raw)
    claim(pool()["spec"]["addresses"] == [WIDER], f"the pool is {pool()['spec']}")


def cured():
    """Somebody else fixes it in another way while `doctor --fix` asks."""
    service = ("-n", "metallb-system", "service", "controller")
    kubectl("delete", *service)
    talk = Talk("doctor", "-f", FILE, "--fix", "--plain").see("Do this\\? \\[y/N\\] ")
    kubectl("-n", "metallb-system", "create", "service", "clusterip", "controller", "--tcp=9:9")
    mark = audit_mark()
    talk.keys("y\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and writes_since(mark) == [], f"{writes_since(mark)}\n{talk.raw}")
    claim(json.loads(kubectl("get", *service, "-o", "json"))["spec"]["ports"][0]["port"] == 9, "their Service is lost")
    shell(IPLEASE, "doctor", "--fix", "--yes", check=False)


def resumed():
    """`resume` asks. If somebody else changes the pool meanwhile, theirs stays. A label is no reason to stop."""
    enable_that_is_killed("pool", "-f", FILE, "--pool", POOL, "--kubectl", killing("*'patch ipaddresspools.metallb.io'*", "before"))
    tool_as_it_is()
    claim(pool()["spec"]["addresses"] == [WIDER], f"the run was killed too late: {pool()['spec']}")
    talk = Talk("resume", "--plain").see("resuming run .*stopped in step pool/").see(ASKED)
    kubectl("patch", *POOL_OBJECT, "--type", "merge", "-p", json.dumps({"spec": {"addresses": THEIRS}}))
    mark = audit_mark()
    talk.keys("\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and writes_since(mark) == [], f"{writes_since(mark)}\n{talk.raw}")
    claim(pool()["spec"]["addresses"] == THEIRS, f"their pool is lost: {pool()['spec']}")
    kubectl("patch", *POOL_OBJECT, "--type", "merge", "-p", json.dumps({"spec": {"addresses": [WIDER]}}))
    talk = Talk("resume", "--plain").see(ASKED)
    kubectl("label", *POOL_OBJECT, "looked-at=again", "--overwrite")
    talk.keys("\r").end(0)
    claim("Looking once more" in talk.raw and pool()["spec"]["addresses"] == [POOL], f"{pool()['spec']}\n{talk.raw}")


def migrated():
    """iplease converts the old ConfigMap that was confirmed, or none."""
    reset()
    load_images()
    install_manifests()
    talk = Talk("enable", "-f", flags_without_pool(), "--accept-risk", "IPL-MIG-014", "--plain").see(ASKED)
    mine = CONFIG.replace("203.0.113.100-203.0.113.110", "203.0.113.100-203.0.113.108")
    apply(config_map("config", mine))
    mark = audit_mark()
    talk.keys("\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and writes_since(mark) == [], f"{writes_since(mark)}\n{talk.raw}")
    now = kubectl("-n", "metallb-system", "get", "configmap", "config", "-o", "jsonpath={.data.config}")
    claim(now == mine, f"their ConfigMap is lost:\n{now}")


def test():
    # Each of the first four starts with the pool that the one before it left.
    play(overlapped, patched, touched, resumed, verified_anew, cured, migrated, long=(resumed, verified_anew, cured))


main(test)
