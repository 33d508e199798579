# SPDX-License-Identifier: Apache-2.0
"""Which release is the provider, and which of its values count: a release without "provider" in its name, one scaled to
0, a bid script that only the release has, a values file that is broken or missing, and what somebody set with kubectl.
provider.py IPLEASE [rental]: all but the first case, or only that one."""

import json
import sys

from onlab import STATE, audit_mark, claim, iplease, kubectl, main, no_canary, shell, writes_since

HOME = STATE / "home"
VALUES = HOME / "provider" / "provider.yaml"
SPACE = "akash-services"
CHART = ("provider", "--repo", "http://127.0.0.1:8879/akash", "--version", "19.0.2", "--namespace", SPACE)


def untouched(what, code, identity, *args):
    """Enable reports `identity`, exits with `code`, and writes nothing, neither on the cluster nor to the values
    file."""
    mark, before = audit_mark(), VALUES.read_text(encoding="utf-8")
    told = iplease("enable", "--yes", *args, check=False)
    claim(told.returncode == code and f"error {identity}" in told.stderr,
          f"{what}: exit {told.returncode}, wanted {code} and {identity}\n{told.stdout}\n{told.stderr}")
    claim(writes_since(mark) == [], f"{what}: it wrote {writes_since(mark)}")
    claim(VALUES.read_text(encoding="utf-8") == before, f"{what}: it changed provider.yaml")
    print(f"{what}: {identity}, exit {code}", flush=True)
    return told.stderr


def expect(what, identity, *words):
    """Doctor reports it under this id, with these words."""
    told = iplease("doctor", check=False)
    claim(identity in told.stdout, f"{what}: doctor does not tell {identity}\n{told.stdout}\n{told.stderr}")
    for word in words:
        claim(word in told.stdout, f"{what}: doctor does not say {word!r}\n{told.stdout}")
    return told.stdout


def broken_file():
    kept = VALUES.read_text(encoding="utf-8")
    lines = kept.splitlines(True)
    at = next(i for i, line in enumerate(lines) if line.startswith("node:"))
    lines.insert(at + 1, 'node: "http://akash-node-2:26657"\n')
    VALUES.write_text("".join(lines), encoding="utf-8")
    for choice in ((), ("--provider-values-from", "file"), ("--provider-values-from", "merge")):
        said = untouched("a key twice", 3, "IPL-VAL-003", *choice)
        claim(f"{VALUES}:{at + 2}:1" in said, f"no place in\n{said}")
        claim("IPL-PRV-008" not in said, f"the wallet address is blamed\n{said}")
    said = expect("a broken file", "IPL-VAL-003", f"{VALUES}:{at + 2}:1")
    claim("IPL-PRV-008" not in said.split("IPL-VAL-003")[0] or "ok" in said, said)
    VALUES.write_text(kept, encoding="utf-8")


def missing_file():
    untouched("no such file", 2, "IPL-VAL-012", "--provider-values", "/nonexistent/p.yaml")
    untouched("no such file, its folder there", 2, "IPL-VAL-012", "--provider-values", str(HOME / "p.yaml"))
    untouched("no folder to write it into", 2, "IPL-VAL-012", "--provider-values", "/nonexistent/p.yaml",
              "--provider-values-from", "release")
    claim(not (HOME / "p.yaml").exists(), "a second values file was begun")


def replicas(name="akash-provider"):
    return kubectl("-n", SPACE, "get", "statefulset", name, "-o", "jsonpath={.spec.replicas}")


def scaled_to_zero():
    kubectl("-n", SPACE, "scale", "statefulset", "akash-provider", "--replicas=0")
    kubectl("-n", SPACE, "wait", "--for=delete", "pod/akash-provider-0", "--timeout=60s")
    said = untouched("scaled to 0", 3, "IPL-PRV-085")
    claim("--accept-risk IPL-PRV-085" in said, said)
    claim(replicas() == "0", "the provider was started")
    kubectl("-n", SPACE, "scale", "statefulset", "akash-provider", "--replicas=1")
    kubectl("-n", SPACE, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")


def strategy():
    return kubectl("-n", SPACE, "get", "configmap", "akash-provider-main", "-o",
                   "jsonpath={.data.AKASH_BID_PRICE_STRATEGY}")


def bid_script():
    """As Akash's documentation installs it: the file has no bid script, the release got one with --set."""
    text = VALUES.read_text(encoding="utf-8")
    script = next(line for line in text.splitlines(True) if line.startswith("bidpricescript:"))
    VALUES.write_text(text.replace(script, ""), encoding="utf-8")
    kubectl("-n", SPACE, "set", "resources", "statefulset/akash-provider", "--limits=memory=300Mi")
    kubectl("-n", SPACE, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")
    claim(strategy() == "shellScript", "the lab's release has no bid script")
    by_file = iplease("plan", "--provider-values-from", "file").stdout
    claim("PRICES change with this upgrade: bidpricescript leaves the release" in by_file, by_file)
    claim("RESOURCES change with this upgrade" in by_file and "300Mi runs" in by_file, by_file)
    told = iplease("plan").stdout
    claim("PRICES" not in told and "bidpricescript: + from the release" in told, told)
    no_canary(by_file + told, "the plan")

    script_of_plan = iplease("plan", "-o", "sh").stdout
    claim("iplease values" in script_of_plan and "--merge -" in script_of_plan, script_of_plan)
    iplease("enable", "--yes")
    claim(strategy() == "shellScript", "the bid script was lost in the upgrade")
    after = VALUES.read_text(encoding="utf-8")
    claim(script.split()[1] in after and "# Location" in after, "the file lacks the script, or lost its comments")
    mark = audit_mark()
    iplease("enable", "--yes")
    claim(writes_since(mark) == [], f"a second run wrote {writes_since(mark)}")
    print("bid script: kept", flush=True)


def zero_when_on():
    kubectl("-n", SPACE, "scale", "statefulset", "akash-provider", "--replicas=0")
    kubectl("-n", SPACE, "wait", "--for=delete", "pod/akash-provider-0", "--timeout=60s")
    expect("scaled to 0", "IPL-PRV-085", "scale statefulset/akash-provider --replicas=1")
    claim("scaled to 0" in iplease("status", check=False).stdout, "status does not tell")
    mark = audit_mark()
    iplease("enable", "--yes")
    claim(writes_since(mark) == [] and replicas() == "0", f"enable started it: {writes_since(mark)}")
    kubectl("-n", SPACE, "scale", "statefulset", "akash-provider", "--replicas=1")
    kubectl("-n", SPACE, "rollout", "status", "statefulset/akash-provider", "--timeout=90s")
    print("scaled to 0 while on: told, not started", flush=True)


def another_name():
    """The chart then names everything RELEASE-provider, and iplease is not told."""
    shell("helm", "-n", SPACE, "uninstall", "akash-provider", "--wait")
    values = HOME / "rental.yaml"
    values.write_text("".join(line for line in VALUES.read_text(encoding="utf-8").splitlines(True)
                              if not line.startswith("ipoperator:")), encoding="utf-8")
    # The lab has no provisioner, and its volume for release akash-provider has that release's storage class.
    volume = json.loads(kubectl("get", "pv", "akash-provider-home", "-o", "json"))
    volume["metadata"] = {"name": "rental-provider-home"}
    volume["spec"]["storageClassName"] = "rental-provider-local-storage"
    volume["spec"].pop("claimRef", None)
    volume.pop("status", None)
    kubectl("create", "-f", "-", stdin=json.dumps(volume))
    shell("helm", "install", "rental", *CHART, "--values", str(values))
    kubectl("-n", SPACE, "rollout", "status", "statefulset/rental-provider", "--timeout=90s")
    told = iplease("enable", "--yes", "--provider-values", str(values))
    claim("statefulset/akash-provider" not in told.stdout + told.stderr, told)
    claim(kubectl("-n", SPACE, "exec", "rental-provider-0", "-c", "provider", "--", "printenv", "AKASH_IP_OPERATOR")
          .strip() == "true", "IP leases are not on in rental-provider-0")
    rows = json.loads(shell("helm", "list", "-n", SPACE, "-f", "^rental$", "-o", "json").stdout)
    claim(rows[0]["revision"] == "2", rows)
    said = iplease("doctor", check=False)
    claim(said.returncode == 0, f"doctor: {said}")
    claim(iplease("verify").stdout.startswith("verified: "), "verify does not find the provider")
    print("release rental: enabled, healthy, verified", flush=True)


def test():
    if sys.argv[2:] == ["rental"]:
        another_name()
        return
    broken_file()
    missing_file()
    scaled_to_zero()
    bid_script()
    zero_when_on()


main(test)
