# SPDX-License-Identifier: Apache-2.0
"""Helm dies in the middle of an install (kill -9), so that its release stays `pending-install`. If iplease's own run
died with it, the next run heals the release. If it was somebody else's Helm, the release is left alone and named."""

import subprocess

from onlab import LAB, LABCTL, STATE, audit_mark, claim, iplease, main, shell, writes_since

KUBECTL, HELM = STATE / "bin" / "kubectl", STATE / "bin" / "helm"
# The real Helm, on a cluster whose nodes accept no new pod, so that it waits until it is killed.
DYING = f"""#!/bin/sh
case " $* " in *" upgrade --install metallb "*|*" install metallb "*) ;; *) exec {HELM} "$@" ;; esac
{KUBECTL} cordon $({KUBECTL} get nodes -o name) >&2
seen=$(mktemp)
{KUBECTL} -n metallb-system get secret -l owner=helm,status=pending-install --watch -o name >"$seen" &
watch=$!
{HELM} "$@" &
until [ -s "$seen" ]; do sleep 0.05; done  # a look now and then would come too late on a slow machine
kill -9 $! $watch
{KUBECTL} uncordon $({KUBECTL} get nodes -o name) >&2
[ -z "$ALONE" ] && kill -9 $PPID
"""


def status():
    return shell("sh", "-c", f"{HELM} -n metallb-system list -a -o json").stdout


def dying_helm():
    tool = STATE / "home" / "dying-helm"
    tool.write_text(DYING, encoding="utf-8")
    tool.chmod(0o755)
    return str(tool)


def ours():
    told = iplease("enable", "--yes", "--helm", dying_helm(), check=False)
    claim(told.returncode in (137, -9), f"iplease was not killed: exit {told.returncode}\n{told.stderr}")
    claim('"pending-install"' in status(), f"the release is not pending: {status()}")
    plan = iplease("plan", "--helm", str(HELM)).stdout
    claim("our own interrupted helm left the release pending-install" in plan, f"no healing is planned:\n{plan}")
    told = iplease("enable", "--yes", "--helm", str(HELM))
    claim('"deployed"' in status(), f"not healed: {status()}\n{told.stderr}")
    claim("nothing to do" in iplease("enable", "--yes", "--helm", str(HELM)).stdout, "there is still something to do")
    print("our own: healed", flush=True)


def theirs():
    shell("env", "ALONE=yes", dying_helm(), "install", "metallb", "metallb", "--repo", "http://127.0.0.1:8879/metallb",
          "--version", "0.14.8", "-n", "metallb-system", "--create-namespace", "--wait", check=False)
    claim('"pending-install"' in status(), f"the release is not pending: {status()}")
    mark = audit_mark()
    told = iplease("enable", "--yes", check=False)
    claim(told.returncode == 8 and "error IPL-HELM-002" in told.stderr, f"exit {told.returncode}\n{told.stderr}")
    claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    claim('"pending-install"' in status(), "somebody else's release was touched")
    print("somebody else's: left alone", flush=True)


def test():
    ours()
    subprocess.run([LABCTL, "reset", "--name", LAB], check=True, timeout=300, stdout=subprocess.DEVNULL)
    theirs()


main(test)
