# SPDX-License-Identifier: Apache-2.0
"""Leaves marks wherever a test could, and checks that `reset` removed them."""

from pathlib import Path

from labtest import claim, shell

IDENTITY = "kubectl get namespace kube-system -o jsonpath={.metadata.uid}"


def audited(word: str) -> bool:
    path = Path(shell('echo "$IPLEASE_LAB_AUDIT"'))
    return any(word in line for line in path.read_text().splitlines())


def leave(run: Path) -> None:
    shell("kubectl create namespace mark && kubectl -n mark create configmap mark")
    shell("helm -n akash-services uninstall akash-provider")
    shell('echo mark >"$HOME/mark" && mkdir -p "$XDG_STATE_HOME/iplease/mark"')
    claim(run.joinpath("home/mark").exists(), "HOME is not in the lab")
    claim(audited('"mark"'), "the audit log does not name what was done")


def are_gone(run: Path, identity: str) -> None:
    claim(not audited('"mark"'), "the audit log was not emptied")
    claim(shell("kubectl get namespace mark -o name --ignore-not-found") == "", "namespace mark is left")
    claim(not run.joinpath("home/mark").exists(), "HOME was not emptied")
    claim(not run.joinpath("home/.local/state/iplease").exists(), "XDG_STATE_HOME was not emptied")
    claim(shell(IDENTITY) == identity, "the cluster's identity changed")
