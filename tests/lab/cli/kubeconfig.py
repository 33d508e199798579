# SPDX-License-Identifier: Apache-2.0
"""KUBECONFIG as kubectl understands it: a relative path, in a folder that contains `provider/`, and a list of files
that each hold a part. kubeconfig.py IPLEASE"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import IPLEASE, STATE, claim, main, shell  # noqa: E402

HOME = STATE / "home"


def at_home(variable, *args):
    return shell("sh", "-c", f'cd {HOME} && KUBECONFIG={variable} exec "$@"', "sh", IPLEASE, *args, check=False)


def parts():
    """The lab's kubeconfig cut in two: neither file alone reaches a cluster."""
    whole = json.loads(shell("kubectl", "config", "view", "--raw", "--flatten", "-o", "json").stdout)
    first = {**whole, "users": None}
    second = {**whole, "clusters": None, "contexts": None, "current-context": ""}
    for name, part in (("whole", whole), ("first", first), ("second", second)):
        (HOME / name).write_text(json.dumps(part), encoding="utf-8")
    (HOME / "broken").write_text("kind: [\n", encoding="utf-8")


def test():
    parts()
    claim((HOME / "provider").is_dir(), "the folder of the chart's name is missing")
    told = at_home("whole", "plan")
    claim(told.returncode == 0, f"relative: {told}")
    claim(at_home("first", "plan").returncode == 11, "half a kubeconfig reaches the cluster")
    told = at_home("gone:first:second", "plan")
    claim(told.returncode == 0 and "ipoperator" in told.stdout, f"two halves: {told}")
    told = at_home("broken:whole", "plan")
    claim(told.returncode == 11 and "broken" in told.stderr, f"a broken file is left out: {told}")
    told = at_home("first:second", "enable", "--yes")
    claim(told.returncode == 0, f"enable with two halves: {told}")
    told = at_home("first:second", "plan", "--kubectl", "kubectl-gone")
    claim(told.returncode == 11 and "kubectl-gone" in told.stderr, f"no kubectl behind a list: {told}")
    print("relative, two halves, a broken one")


main(test)
