# SPDX-License-Identifier: Apache-2.0
"""What others do between the first look and the first write: a confirmed plan is done as it was shown or
not at all (IPL-RUN-015, exit 7), and what nobody was asked about is planned anew."""

import json
import subprocess
import time

from talk import POOL, STATE, Talk  # first: it finds onlab
from onlab import IPLEASE, LAB, LABCTL, audit_mark, claim, iplease, kubectl, main, shell, writes_since

ASKED = "cancel\r\n> "
WIDER = "203.0.113.100-203.0.113.130"
FILE = str(STATE / "iplease.yaml")
THEIRS = ["203.0.113.100-203.0.113.125"]
POOL_OBJECT = ("-n", "metallb-system", "ipaddresspool", "default")


def pool():
    return json.loads(kubectl("get", *POOL_OBJECT, "-o", "json"))


def overlapped():
    """A run whose look is held up while another run does everything sees that, and plans anew."""
    helm, go = STATE / "home" / "held-helm", STATE / "home" / "go"
    # It is Helm that answers; the answer comes late.
    helm.write_text(
        f'#!/bin/sh\n{STATE}/bin/helm "$@"; code=$?\n'
        f'case " $* " in *" list "*) until [ -e {go} ]; do touch {go}.waits; sleep 0.05; done ;; esac\nexit $code\n',
        encoding="utf-8")
    helm.chmod(0o755)
    late = subprocess.Popen(
        [str(LABCTL), "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes", "--pool", POOL, "--helm", str(helm)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60
    while not go.with_name("go.waits").exists():
        claim(time.monotonic() < limit, "the look did not come to `helm list`")
        time.sleep(0.05)
    iplease("enable", "--yes", "--pool", POOL)
    mark = audit_mark()
    go.touch()
    out, err = late.communicate(timeout=120)
    claim(late.returncode == 0 and "Looking once more" in err, f"exit {late.returncode}\n{out}\n{err}")
    claim(writes_since(mark) == [], f"the late run wrote {writes_since(mark)}\n{err}")


def patched():
    """Another person's pool stays as it is."""
    talk = Talk("enable", "-f", FILE, "--pool", WIDER, "--plain").see(ASKED)
    kubectl("patch", *POOL_OBJECT, "--type", "merge", "-p", json.dumps({"spec": {"addresses": THEIRS}}))
    mark = audit_mark()
    talk.keys("\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and "run the same command again" in " ".join(talk.raw.split()), talk.raw)
    claim("pool/default was " in talk.raw and "203.0.113.124/31" in talk.raw, f"it does not say what differs:\n{talk.raw}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    claim(pool()["spec"]["addresses"] == THEIRS, f"their pool is lost: {pool()['spec']}")


def touched():
    """A label moves the resourceVersion and nothing that was confirmed."""
    talk = Talk("enable", "-f", FILE, "--pool", WIDER, "--plain").see(ASKED)
    before = pool()["metadata"]["resourceVersion"]
    kubectl("label", *POOL_OBJECT, "looked-at=yes")
    claim(pool()["metadata"]["resourceVersion"] != before, "the label changed nothing")
    talk.keys("\r").end(0)
    claim("Looking once more" in talk.raw, talk.raw)
    claim(pool()["spec"]["addresses"] == [WIDER], f"the pool is {pool()['spec']}")


def cured():
    """`doctor --fix`: somebody else cures it otherwise while it asks."""
    service = ("-n", "metallb-system", "service", "controller")
    kubectl("delete", *service)
    talk = Talk("doctor", "-f", FILE, "--fix", "--plain").see("Do this\\? \\[y/N\\] ")
    kubectl("-n", "metallb-system", "create", "service", "clusterip", "controller", "--tcp=9:9")
    mark = audit_mark()
    talk.keys("y\r").end(7)
    claim("error IPL-RUN-015" in talk.raw and writes_since(mark) == [], f"{writes_since(mark)}\n{talk.raw}")
    claim(json.loads(kubectl("get", *service, "-o", "json"))["spec"]["ports"][0]["port"] == 9, "their Service is lost")
    shell(IPLEASE, "doctor", "--fix", "--yes", check=False)


def test():
    for case in (overlapped, patched, touched, cured):
        began = time.monotonic()
        case()
        print(f"{case.__name__}: {time.monotonic() - began:.0f} s", flush=True)


main(test)
