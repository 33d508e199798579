# SPDX-License-Identifier: Apache-2.0
"""Faults that the cheap tier can have: caused, found, fixed, gone."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import rows_cluster
import rows_metallb
import rows_operator
import rows_pool
import rows_provider
from bench import (IPLEASE, PATIENCE, apply, as_admin, as_user, claim, doctor, enable, get, kubectl, main, play_all, run,
                   standin_kubelet, until)


# Split in two tests, so that each of the two labs runs half.
GROUPS = {
    "--metallb": rows_metallb.ROWS + rows_pool.ROWS,
    "--akash": rows_operator.ROWS + rows_provider.ROWS + rows_cluster.ROWS,
}


def timed():
    """Seconds that one doctor takes. Wall-clock time, or CPU time if the machine is busy."""
    started, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    doctor()
    took = time.monotonic() - started
    if os.getloadavg()[0] > 1.5 * os.cpu_count():
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return took


def denied():
    """A user with few rights. What cannot be read is reported as such, never as a fault."""
    as_user("watcher")
    kubectl("create", "clusterrolebinding", "watcher", "--clusterrole=view", "--serviceaccount=default:watcher")
    code, found = doctor()
    faults = {i for i, one in found.items() if one["outcome"] == "fail"}
    blind = {i for i, one in found.items() if one["outcome"] == "could-not-look"}
    claim(code == 4 and faults == {"IPL-CLU-002"}, f"few rights: exit {code}, told as faults: {sorted(faults)}")
    claim({"IPL-PRV-001", "IPL-PRV-004", "IPL-CLU-006"} <= blind, f"few rights: could not look at {sorted(blind)}")
    kubectl("delete", "clusterrolebinding", "watcher")
    as_admin()
    print(f"few rights: IPL-CLU-002, could not look at {len(blind)} things", flush=True)


def refusals():
    """Invalid words, and clusters that do not exist."""
    for words, code, told in (
        (("--only", "IPL-MLB-0233"), 2, "did you mean `IPL-MLB-023`?"),
        (("--context", "nowhere"), 11, "IPL-CLU-001"),
        (("--kubectl", "/nonexistent/kubectl"), 11, "IPL-CLU-003"),
    ):
        done = run(IPLEASE, "doctor", *words, check=False)
        claim(done.returncode == code and told in done.stdout + done.stderr,
              f"doctor {' '.join(words)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        claim(code != 11 or done.stdout.count("checks could not look because of it") == 1,
              f"doctor {' '.join(words)}: what was not reached is not told once\n{done.stdout}")
    done = run(IPLEASE, "doctor", "--only", "ipl-clu-010", check=False)
    claim(done.returncode == 0 and "1 ok" in done.stdout, f"--only: {done.stdout}\n{done.stderr}")
    done = run(IPLEASE, "doctor", "--only", "IPL-POOL-048", check=False)
    claim("no Service has an address" in done.stdout, f"asked for by name, and it does not apply: {done.stdout}")
    print("refusals: exit 2 with the nearest id, 11 without a cluster or kubectl", flush=True)


def leases():
    """What looks like silence but is not: a tenant's pod that is not ready, and new leases."""
    apply(rows_pool.service("filler-0"))
    limit = time.monotonic() + PATIENCE
    while not get("-n", "default", "service/filler-0")["status"]["loadBalancer"]:
        claim(time.monotonic() < limit, "filler-0 got no address")
    done = run(IPLEASE, "doctor", "--strict", check=False)
    claim(done.returncode == 0 and "no ready pod stands behind Service default/filler-0" in done.stdout,
          f"a tenant's pod that is not ready: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    rows_pool.drop_fillers()
    for turn in range(6 if os.environ.get("IPLEASE_LONG") else 1):
        births = [rows_pool.backed(f"filler-{turn}-{n}") for n in range(10)]
        list_of_them = json.dumps({"apiVersion": "v1", "kind": "List", "items": births})
        with subprocess.Popen(["kubectl", "apply", "-f", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              text=True) as applying:
            applying.stdin.write(list_of_them)
            applying.stdin.close()
            code, found = doctor("--only", "IPL-POOL-048")
        claim(code == 0, f"leases being born: exit {code}, {found}")
        rows_pool.drop_fillers()
    print("leases without a ready pod, and leases just born: no finding", flush=True)


def silent_rpc():
    """The provider's next pod waits for an RPC node that does not answer. --fix waits, reports it with the end of the
    init container's log, and does not call it fixed."""
    rows_operator.fault("hang", "app=akash-provider")()
    until({"IPL-PRV-012"}, "provider hangs")
    rows_operator.fault("503", "app=akash-node-1")()
    done = run(IPLEASE, "doctor", "--fix", "--yes", "--timeout", "provider=30s", check=False)
    told = " ".join((done.stdout + done.stderr).split())
    claim(done.returncode not in (0, 4), f"a silent RPC: exit {done.returncode}\n{told}")
    claim("init container init still runs" in told and "its log ends: Akash node not ready. Retrying" in told,
          f"what it waits for is not told: {told}")
    rows_operator.fault("none", "app=akash-node-1")()
    rows_provider.ready()
    until({"IPL-RUN-021"}, "the RPC answers again, the run that waited did not end")
    run(IPLEASE, "resume", "--yes")
    until(set(), "the RPC answers again, and the run is resumed")
    print("a silent RPC: --fix names the init container's last line", flush=True)


def dead_node():
    """Nothing ends the provider's pod on a node that is off. --fix names the node and says what to do. This row runs
    last, because the stand-in kubelet does not report its node Ready again."""
    rows_operator.fault("hang", "app=akash-provider")()
    until({"IPL-PRV-012"}, "provider hangs")
    pod = ("-n", "akash-services", "pod", "akash-provider-0")
    before = get(*pod)["metadata"]["uid"]
    kubelet = standin_kubelet()
    os.kill(kubelet, signal.SIGSTOP)
    try:
        done = run(IPLEASE, "doctor", "--fix", "--yes", "--only", "IPL-PRV-012", "--timeout", "provider=8s", check=False)
        told = done.stdout + done.stderr
        claim(done.returncode == 6 and "IPL-PRV-026" in told and "akash-provider-0 on node1" in told,
              f"a dead node: exit {done.returncode}\n{told}")
        cure = "kubectl -n akash-services delete pod akash-provider-0 --force --grace-period=0"
        claim(cure in " ".join(told.split()), f"the cure is not told: {told}")
        run(*cure.split())
        limit = time.monotonic() + PATIENCE
        while kubectl("get", *pod, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}") in ("", before):
            claim(time.monotonic() < limit, "no new pod after the cure")
    finally:
        os.kill(kubelet, signal.SIGCONT)
    print("dead node: IPL-PRV-026 names it, the cure as printed makes room for a new pod", flush=True)


def test():
    code, found = doctor("--pre")
    claim(code == 0 and not found, f"a healthy cluster before enable: exit {code}, {sorted(found)}")
    until({"IPL-PRV-025"}, "not turned on yet")
    enable()
    until(set(), "a healthy enabled cluster")
    took = timed()
    print(f"healthy: no finding, in {took:.1f} s", flush=True)
    limit = 3 * float(os.environ.get("IPLEASE_LAB_PATIENCE") or 1)  # more time on a busy machine
    claim(took <= limit, f"a full doctor took {took:.1f} s, at most {limit:g} s")
    group = next((word for word in GROUPS if word in sys.argv), None)
    if group:
        sys.argv.remove(group)
    if group == "--metallb" or (not group and (len(sys.argv) == 2 or "others" in sys.argv)):
        denied()
        refusals()
        leases()
    if (os.environ.get("IPLEASE_LONG") and group != "--metallb") or "silent" in sys.argv:
        silent_rpc()
    play_all([row for name, rows in GROUPS.items() if group in (None, name) for row in rows])
    if os.environ.get("IPLEASE_LONG") and group != "--metallb" and (len(sys.argv) == 2 or "dead" in sys.argv):
        dead_node()


main(test)
