# SPDX-License-Identifier: Apache-2.0
"""Refusals and failures that no other test provokes, on a live cluster, each reported by its id.
ids.py IPLEASE"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import audit_mark, claim, iplease, main, shell, writes_since  # noqa: E402
from wrapped import tool_that  # noqa: E402


def expect(identity, code, *args):
    told = iplease(*args, check=False)
    claim(told.returncode == code and identity in told.stdout + told.stderr,
          f"{args}: exit {told.returncode}, wanted {code} and {identity}\n{told.stdout}\n{told.stderr}")
    print(f"{identity}, exit {code}", flush=True)


def old(program, words, version):
    """The real program, reporting an old version number."""
    return tool_that("*version*", f"$real \"$@\" | sed -E '{words}{version}/'", program)


def doubtful_helm():
    """A stand-in: a Helm whose JSON of the values differs from its YAML."""
    return tool_that('*"get values"*"-o json"*', '$real "$@" | sed s/provider/provided/', "helm")


def blind_helm():
    """A stand-in: a Helm whose ServiceAccount may do everything except read the Secrets of a release's values."""
    words = ('Error: secrets \\"sh.helm.release.v1.akash-provider.v1\\" is forbidden: User \\"lab\\" cannot get resource '
             '\\"secrets\\" in API group \\"\\" in the namespace \\"akash-services\\"')
    return tool_that('*"get values"*', f'echo "{words}" >&2; exit 1', "helm")


def test():
    mark = audit_mark()
    expect("IPL-CLU-007", 11, "enable", "--yes", "--kubectl", old("kubectl", r's/("gitVersion": "v)[0-9.]+/\1', "1.18.0"))
    expect("IPL-CLU-008", 11, "enable", "--yes", "--helm", old("helm", r"s/v[0-9]+\.[0-9]+\.[0-9]+/v", "3.2.0"))
    shell("sh", "-c", "mv $HOME/provider/provider.yaml $HOME/kept.yaml")
    # The lab's flags file names the values file, so doing without it must be explicit.
    expect("IPL-VAL-012", 2, "enable", "--yes")
    by_release = ("enable", "--yes", "--provider-values-from", "release", "--helm")
    expect("IPL-VAL-015", 3, *by_release, doubtful_helm())
    expect("IPL-CLU-002", 3, *by_release, blind_helm())
    shell("sh", "-c", "mv $HOME/kept.yaml $HOME/provider/provider.yaml")
    # MetalLB's repository has none of Akash's charts.
    expect("IPL-IPO-001", 3, "enable", "--yes", "--set", "repositories.akash=http://127.0.0.1:8879/metallb")
    # Nothing listens there.
    expect("IPL-HELM-054", 3, "enable", "--yes", "--set", "repositories.akash=http://127.0.0.1:1/charts")
    expect("IPL-RUN-011", 2, "runs", "show", "20200101T000000Z-none")
    claim(writes_since(mark) == [], f"something was written: {writes_since(mark)}")
    # The values file would go into a missing directory, and through a dangling link.
    expect("IPL-VAL-012", 2, "enable", "--yes", "--provider-values-from", "release", "--provider-values",
           "/nonexistent/provider.yaml")
    link = shell("sh", "-c", "ln -s /nonexistent/p.yaml $HOME/link.yaml && echo $HOME/link.yaml").stdout.strip()
    expect("IPL-RUN-010", 12, "enable", "--yes", "--provider-values-from", "release", "--provider-values", link)


main(test)
