# SPDX-License-Identifier: Apache-2.0
"""Printed commands that need no particular state, on a cluster with IP leases on: those about files and words, and
every command in the catalogue's fixes that only looks, with its capital words filled in.

looks.py IPLEASE [CASE...]"""

import json
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "enable"))

from onlab import IPLEASE, LONG, STATE, claim, follow, iplease, kubectl, main, play, shell  # noqa: E402

TOP = Path(__file__).resolve().parents[3]
HOME = STATE / "home"
HEADER = "apiVersion: iplease.akash.network/v1\nkind: Enablement\n"


def refused(identity, *args, code=2, folder=HOME):
    done = shell("env", "-C", str(folder), "-u", "IPLEASE_FILE", IPLEASE, *args, check=False)
    claim(done.returncode == code and identity in done.stderr, f"{args}: wanted {identity}, exit {code}: {done}")
    return done.stderr


def flags_file(name, text):
    path = HOME / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def flags_files():
    """A refused file, and what is printed to fix it."""
    file = flags_file("broken.yaml", HEADER + "pool: [\n")
    told = refused("IPL-CFG-001", "enable", "-f", file) + iplease("explain", "IPL-CFG-001").stdout
    again = follow(told, "iplease config validate -f FILE", code=2, fill={"FILE": file})
    claim("IPL-CFG-001" in again.stderr, again)
    flags_file("broken.yaml", HEADER + "pool: {addresses: [203.0.113.100-203.0.113.120]}\n")
    claim("valid: 21 addresses" in follow(told, "iplease config validate -f FILE", fill={"FILE": file}).stdout, "mended")

    told = refused("IPL-CFG-003", "config", "validate", "-f", flags_file("key.yaml", HEADER + "nonsense: 1\n"))
    told += iplease("explain", "IPL-CFG-003").stdout
    keys = [line.split()[0] for line in follow(told, "iplease config explain").stdout.splitlines()]
    claim("pool.addresses" in keys and len(keys) > 30, keys)
    claim("--pool RANGE" in follow(told, "iplease enable --help").stdout, "no flags are listed")

    refused("IPL-CFG-004", "config", "validate", "-f", flags_file("type.yaml", HEADER + "pool: {addresses: {a: b}}\n"))
    told = iplease("explain", "IPL-CFG-004").stdout
    for key in keys[::1 if LONG else 10]:  # tests/integration/cli/explain.py tries all of them without a cluster
        follow(told, "iplease config explain KEY", fill={"KEY": key})

    told = refused("IPL-CFG-010", "config", "validate", "-f", flags_file("empty.yaml", ""))
    claim(follow(told, "iplease config init").stdout.startswith("# Flags file: "), "config init")


def made_file():
    """`config init FILE` says what to do next, and the file itself says how to use it."""
    path = HOME / "my flags.yaml"
    done = shell("env", "-u", "IPLEASE_FILE", IPLEASE, "config", "init", str(path))
    claim("valid: " in follow(done.stderr, "iplease config validate -f FILE").stdout, done.stderr)
    text = path.read_text(encoding="utf-8")
    told = follow(text, "iplease enable -f FILE", fill={"FILE": f"'{path}'"})
    claim("nothing to do" in told.stdout, told)
    claim(follow(text.replace("\n# ", " "), "iplease config init").stdout.startswith("# Flags file: "), text)


def words():
    """What is printed for an unknown word."""
    told = refused("IPL-CLI-011", "explain", "xyzzy")
    claim("exit-codes" in follow(told, "iplease explain").stdout, told)
    claim("IPL-CLI-011: " in follow(told, "iplease explain IPL-CLI-011").stdout, told)
    topics = iplease("explain").stdout
    for word in re.findall(r"^  (\S+)  ", topics, re.M):
        follow(topics, "iplease explain WORD", fill={"WORD": word})
    told = refused("IPL-CLI-011", "doctor", "--only", "IPL-NOTHING-AT-ALL")
    listed = json.loads(follow(told, "iplease doctor -o json").stdout)
    claim(len(listed["findings"]) > 50, listed)
    told = refused("IPL-RUN-011", "runs", "show", "nothing")
    claim("  enable  " in follow(told, "iplease runs list").stdout, told)
    told = iplease("explain", "IPL-MLB-028").stdout  # only planned: the lab has images of one version of MetalLB
    plan = follow(told, "iplease enable --metallb-version 0.15.3", more=("--dry-run",), code=None)
    claim("0.15.3" in plan.stdout + plan.stderr, plan)
    told = iplease("explain", "preflight").stdout + iplease("explain", "exit-codes").stdout
    ids = re.findall(r'^(?:PROBLEM|RISK)\("(IPL-[A-Z]+-\d+)"', "".join(
        file.read_text(encoding="utf-8") for file in (TOP / "src/core/catalogue").glob("*.def")), re.M)
    claim(len(ids) > 150, ids)
    for identity in ids[::1 if LONG else 10]:  # tests/integration/cli/explain.py tries all of them without a cluster
        claim(follow(told, "iplease explain ID", fill={"ID": identity}).stdout.startswith(f"{identity}: "), identity)


def files():
    """`values` and `migrate`, in their own folder."""
    folder = HOME / "files"
    folder.mkdir()
    (folder / "provider.yaml").write_text((HOME / "provider" / "provider.yaml").read_text(encoding="utf-8")
                                          .replace("ipoperator: true", "ipoperator: false"), encoding="utf-8")
    told = refused("IPL-CLI-006", "values")
    claim("+ipoperator: true" in follow(told, "iplease values provider.yaml --diff", folder=str(folder)).stdout, told)
    told = iplease("explain", "IPL-VAL-001").stdout
    follow(told, "iplease values FILE --diff", fill={"FILE": "provider.yaml"}, folder=str(folder))

    config = "address-pools: [{name: default, protocol: layer2, addresses: [203.0.113.100/31]}]"
    kubectl("create", "configmap", "config", "-n", "metallb-system", f"--from-literal=config={config}")
    told = refused("IPL-MIG-002", "migrate", "--from", "nothing.yaml", folder=folder)
    follow(told, "kubectl -n metallb-system get configmap config -o yaml > config.yaml", folder=str(folder))
    made = follow(told, "iplease migrate --from config.yaml", folder=str(folder)).stdout
    claim("kind: IPAddressPool" in made, made)
    told = iplease("explain", "IPL-MIG-010").stdout
    claim(follow(told, "iplease migrate --from FILE", fill={"FILE": "config.yaml"}, folder=str(folder)).stdout == made, told)
    kubectl("delete", "configmap", "config", "-n", "metallb-system")
    told = refused("IPL-CLI-006", "migrate")
    claim(follow(told, "iplease migrate --from config.yaml", folder=str(folder)).stdout == made, told)


def many():
    """More Services than the status shows."""
    kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"many-{n}", "namespace": "default"},
         "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}} for n in range(8)]}))
    told = iplease("status").stdout
    claim(len(json.loads(follow(told, "iplease status -o json").stdout)["services"]) >= 8, told)
    kubectl("delete", "service", *(f"many-{n}" for n in range(8)))


# The commands in the catalogue's fixes that look. A command that finds nothing on a healthy cluster has its own exit
# code.
LOOK = re.compile(
    r"(?:kubectl (?:-n \S+ )?(?:get|describe|logs|auth|config get-contexts)"
    r"|helm (?:-n \S+ )?(?:list|history|get|search)|(?<!`)curl)"
    r"(?: (?!(?:and|with|while|of|which|in|is|are|prints|shows|lists|failed)\b|\.\.\.|\|)[^\s;()>`]*[^\s;,()>`.:])+"
    r"(?: \| grep (?:'[^']*'|[\w.]+\w))?")
FILL = {
    "NAMESPACE": "akash-services", "KIND": "deployment", "POD": "akash-provider-0", "NODE": "node1", "NAME": "operator-ip",
    "RELEASE": "akash-provider", "CONTAINER": "provider", "URL/index.yaml": "http://127.0.0.1:8879/akash/index.yaml",
    "URL": "https://203.0.113.10:8443/status",
}
ENDS = {"--previous": 1, "get configmap config -o yaml": 1, "grep NetworkUnavailable": 1, "grep 'failed to parse": 1}


def catalogue():
    """Every command with which a fix looks, while verify's Services are kept."""
    texts = {}
    for file in sorted((TOP / "src/core/catalogue").glob("*.def")):
        for identity, rest in re.findall(r'^(?:PROBLEM|RISK)\("(IPL-[A-Z]+-\d+)",(.*?)"\)$',
                                         file.read_text(encoding="utf-8"), re.M | re.S):
            texts[identity] = rest.replace('\\"', '"')
    follow(iplease("explain", "IPL-VER-001").stdout, "iplease verify --keep")
    found = {told: identity for identity, text in reversed(texts.items()) for told in LOOK.findall(text.rpartition("\n")[2])}
    lines, wrong = [], []
    for told in found:
        words = told
        for name, value in FILL.items():
            words = re.sub(rf"(?<![\w-]){name}(?![\w-])", value, words)
        lines.append(f"( {words} ) >/dev/null 2>&1; echo $?")  # one shell for all, because each shell costs a second
    for told, code in zip(found, shell("sh", "-c", "\n".join(lines)).stdout.split(), strict=True):
        if int(code) != next((code for part, code in ENDS.items() if part in told), 0):
            wrong.append(f"{found[told]}: `{told}`: exit {code}")
    follow(iplease("verify", "--keep").stdout, "iplease verify")
    claim(not wrong, "\n".join(wrong))
    claim(len(found) > 30, f"only {sorted(found)}")
    print(f"{len(found)} commands that look", flush=True)


@dataclass
class Cure:
    """A fix in the catalogue that uses another program: the fault, the printed command, and how to see that it
    worked."""

    identity: str
    wanted: str
    cause: tuple
    seen: tuple
    says: str
    fill: dict = field(default_factory=dict)


NAMESPACE = ("get", "namespace", "metallb-system", "--show-labels")
RESTARTED = ("-o", "jsonpath={.spec.template.metadata.annotations}")
LEVEL = ("label", "namespace", "metallb-system", "pod-security.kubernetes.io/enforce=restricted", "--overwrite")
OPERATOR = ("-n", "akash-services", "get", "deployment", "operator-ip", *RESTARTED)
POOL = ("-n", "metallb-system", "patch", "ipaddresspool", "default", "--type=merge", "-p")
CURES = (
    Cure("IPL-CLU-052", "kubectl label namespace metallb-system pod-security.kubernetes.io/enforce=privileged --overwrite",
         LEVEL, NAMESPACE, "enforce=privileged"),
    Cure("IPL-MLB-022", "kubectl label namespace metallb-system pod-security.kubernetes.io/enforce=privileged "
         "pod-security.kubernetes.io/audit=privileged pod-security.kubernetes.io/warn=privileged --overwrite",
         LEVEL, NAMESPACE, "enforce=privileged"),
    Cure("IPL-MLB-016", "kubectl label nodes --all node.kubernetes.io/exclude-from-external-load-balancers-",
         ("label", "nodes", "--all", "node.kubernetes.io/exclude-from-external-load-balancers=", "--overwrite"),
         ("get", "nodes", "-l", "!node.kubernetes.io/exclude-from-external-load-balancers"), "node1"),
    Cure("IPL-MLB-028", "kubectl uncordon NODE", ("cordon", "node1"), ("get", "nodes"), " Ready ", {"NODE": "node1"}),
    Cure("IPL-POOL-041", "kubectl -n metallb-system patch ipaddresspool default --type=merge "
         "-p '{\"spec\":{\"autoAssign\":true}}'", (*POOL, '{"spec":{"autoAssign":false}}'),
         ("-n", "metallb-system", "get", "ipaddresspool", "default", "-o", "jsonpath={.spec.autoAssign}"), "true"),
    Cure("IPL-POOL-048", "kubectl -n metallb-system rollout restart daemonset", (),
         ("-n", "metallb-system", "get", "daemonset", "metallb-speaker", *RESTARTED), "restartedAt"),
    Cure("IPL-IPO-003", "kubectl -n akash-services rollout restart deployment/operator-ip", (), OPERATOR, "restartedAt"),
    Cure("IPL-IPO-085", "kubectl -n akash-services rollout restart deployment/operator-ip", (), OPERATOR, "restartedAt"),
    Cure("IPL-CLU-065", "kubectl -n NAMESPACE scale KIND/NAME --replicas=1",
         ("-n", "akash-services", "scale", "deployment/operator-ip", "--replicas=0"),
         ("-n", "akash-services", "get", "deployment", "operator-ip", "-o", "jsonpath={.spec.replicas}"), "1",
         {"NAMESPACE": "akash-services", "KIND/NAME": "deployment/operator-ip"}),
    Cure("IPL-LBC-002", "kubectl patch service NAME -p '{\"spec\":{\"type\":\"ClusterIP\"}}'",
         ("create", "service", "loadbalancer", "theirs", "--tcp=80"), ("get", "service", "theirs"), "ClusterIP",
         {"NAME": "theirs"}),
    Cure("IPL-IPO-015", "kubectl -n akash-services rollout restart deployment/operator-ip", (), OPERATOR, "restartedAt"),
    Cure("IPL-CLU-011", "kubectl -n akash-services set env deployment/operator-ip "
         "AP_METAL_LB_ENDPOINT=controller.metallb-system:7472", (),
         ("-n", "akash-services", "get", "deployment", "operator-ip", "-o", "yaml"), "controller.metallb-system:7472"),
    Cure("IPL-MLB-026", "kubectl -n metallb-system rollout restart deployment/metallb-controller", (),
         ("-n", "metallb-system", "get", "deployment", "metallb-controller", *RESTARTED), "restartedAt"),
    Cure("IPL-STR-005", "kubectl -n kube-system rollout restart daemonset/kube-proxy", (),
         ("-n", "kube-system", "get", "daemonset", "kube-proxy", *RESTARTED), "restartedAt"),
    Cure("IPL-PRV-012", "kubectl -n akash-services delete pod akash-provider-0 --wait=false", (),
         ("-n", "akash-services", "rollout", "status", "statefulset/akash-provider", "--timeout=90s"), "complete"),
    Cure("IPL-PRV-011", "kubectl -n akash-services rollout restart statefulset akash-provider", (),
         ("-n", "akash-services", "rollout", "status", "statefulset/akash-provider", "--timeout=90s"), "complete"),
    Cure("IPL-HELM-050", "helm rollback RELEASE -n NAMESPACE", (),
         ("-n", "akash-services", "get", "secrets", "-l", "owner=helm,version=3"), "akash-ip-operator.v3",
         {"RELEASE": "akash-ip-operator", "NAMESPACE": "akash-services"}),
    Cure("IPL-HELM-002", "kubectl -n NAMESPACE delete secrets,configmaps -l owner=helm,name=RELEASE,version=REVISION", (),
         ("-n", "akash-services", "get", "secrets", "-l", "owner=helm"), "akash-ip-operator.v3",
         {"RELEASE": "akash-ip-operator", "NAMESPACE": "akash-services", "REVISION": "1"}),
    Cure("IPL-PRV-085", "kubectl -n akash-services scale statefulset akash-provider --replicas=1", (),
         ("-n", "akash-services", "get", "statefulset", "akash-provider", "-o", "jsonpath={.spec.replicas}"), "1"),
)
EDITS = ("IPL-POOL-044", "IPL-POOL-051", "IPL-STR-002")


def cures():
    """Fixes that no row of doctor runs as printed."""
    # A second revision, so that there is one to roll back to.
    shell("helm", "-n", "akash-services", "upgrade", "akash-ip-operator", "akash-ip-operator", "--reuse-values",
          "--repo", "http://127.0.0.1:8879/akash", "--version", "19.0.2")
    for cure in CURES:
        if cure.cause:
            kubectl(*cure.cause)
        told = iplease("explain", cure.identity).stdout
        for name, value in cure.fill.items():
            told = told.replace(name, value)
        wanted = cure.wanted
        for name, value in cure.fill.items():
            wanted = wanted.replace(name, value)
        follow(told, wanted)
        found = kubectl(*cure.seen)
        claim(cure.says in found, f"{cure.identity}: after `{wanted}`: {found}")
        # kubectl refuses a second restart within the same second.
        for mark in re.findall(r'restartedAt":"([^"]+)"', found):
            restarted = datetime.fromisoformat(mark.replace("Z", "+00:00"))
            while datetime.now(timezone.utc) - restarted < timedelta(seconds=2):
                time.sleep(0.1)
    kubectl("delete", "service", "theirs")
    for identity in EDITS:  # with an editor that only reads
        told = re.search(r"kubectl -n \S+ edit \S+(?: [a-z]+[\w-]*)?", iplease("explain", identity).stdout).group(0)
        shell("env", "KUBE_EDITOR=grep -q .", *told.split())
    for space, what in (("akash-services", "deployment/operator-ip"), ("metallb-system", "daemonset/metallb-speaker")):
        kubectl("-n", space, "rollout", "status", what, "--timeout=60s")


def repositories():
    """IPL-CFG-070: gets the charts with Helm's own commands."""
    told = iplease("explain", "IPL-CFG-070").stdout
    fill = {"NAME": "akash", "URL": "http://127.0.0.1:8879/akash", "USER": "me"}
    follow(told, "helm repo add NAME URL --username USER --password-stdin", fill=fill, stdin="secret\n")
    for name, value in {"NAME/CHART": "akash/provider", "X": "19.0.2", "FOLDER": str(HOME)}.items():
        told = re.sub(rf"(?<= ){name}(?=[ `])", value, told)
    follow(told, f"helm pull akash/provider --version 19.0.2 --destination {HOME}")
    claim((HOME / "provider-19.0.2.tgz").is_file(), "nothing was pulled")
    shell("helm", "repo", "remove", "akash")


def test():
    iplease("enable", "--yes")
    play(flags_files, made_file, words, files, many, catalogue, cures, repositories)


main(test)
