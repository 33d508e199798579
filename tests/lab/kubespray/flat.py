# SPDX-License-Identifier: Apache-2.0
"""A checkout of v2.21: flat variables and MetalLB 0.12, whose pool is in its ConfigMap. That is not migrated, and works."""

import shutil

from standin import ARGS, CHECKOUT, DATA, INVENTORY, RUN, charts, load, prepare  # first: it sets the path
from onlab import audit_mark, claim, iplease, kubectl, lease_answers, main, usage, writes_since


def old_checkout():
    prepare()
    load("0.12.0")
    folder = charts() / "v0.12.0" / "config" / "manifests"
    text = (folder / "namespace.yaml").read_text() + "\n---\n" + (folder / "metallb.yaml").read_text()
    # Kubespray leaves the PodSecurityPolicies out where the API server does not know them.
    documents = [one for one in text.split("\n---") if "kind: PodSecurityPolicy" not in one]
    (CHECKOUT / "metallb-0.12.yaml").write_text("\n---".join(documents), encoding="utf-8")
    galaxy = CHECKOUT / "galaxy.yml"
    galaxy.write_text(galaxy.read_text().replace("2.31.0", "2.21.0"), encoding="utf-8")
    shutil.rmtree(INVENTORY / "group_vars")
    shutil.copytree(DATA / "old" / "group_vars", INVENTORY / "group_vars")


def test():
    old_checkout()
    iplease("enable", "--yes", *RUN)
    config = kubectl("-n", "metallb-system", "get", "configmap", "config", "-o", "jsonpath={.data.config}")
    claim("name: default" in config and "203.0.113.100-203.0.113.120" in config, f"the ConfigMap has {config}")
    claim("metallb.io" not in kubectl("get", "crd", "-o", "name"), "there are custom resources of MetalLB")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers(), flush=True)
    for args in (RUN, ARGS):
        mark = audit_mark()
        again = iplease("enable", "--yes", *args)
        claim("nothing to do" in again.stdout, f"once more: {again.stdout}{again.stderr}")
        claim(writes_since(mark) == [], f"once more wrote {writes_since(mark)}")


main(test)
