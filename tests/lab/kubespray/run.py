# SPDX-License-Identifier: Apache-2.0
"""iplease runs the play: from a bare inventory to a lease that answers on another host. A second run has nothing to
do."""

from standin import ARGS, INVENTORY, RUN, objects, prepare, uids  # first: it sets the path
from onlab import audit_mark, claim, iplease, kubectl, lease_answers, main, usage, writes_since


def test():
    prepare()
    addons = INVENTORY / "group_vars" / "k8s_cluster" / "addons.yml"
    before = addons.read_text(encoding="utf-8")
    plan = iplease("plan", *RUN).stdout
    claim("+metallb_config:" in plan and "ansible-playbook" in plan, f"the plan shows neither variables nor play:\n{plan}")
    claim(addons.read_text(encoding="utf-8") == before, "the plan wrote into the inventory")

    told = iplease("enable", "--yes", *RUN)
    claim("ansible-playbook" in told.stderr, told.stderr)
    kept = [path.read_text(encoding="utf-8") for path in addons.parent.glob("addons.yml.backup-*")]
    claim(kept == [before], f"backups of addons.yml: {kept}")
    claim(objects("l2advertisements") == ["default"], f"{objects('l2advertisements')}")
    claim(objects("ipaddresspools") == ["default"], f"{objects('ipaddresspools')}")
    images = kubectl("-n", "metallb-system", "get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}")
    claim(images.count("v0.13.9") == 2, f"MetalLB runs {images}")
    selector = kubectl("-n", "metallb-system", "get", "service", "controller", "-o", "jsonpath={.spec.selector}")
    claim(selector == '{"app":"metallb","component":"controller"}', f"Service controller selects {selector}")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")
    print("leased", lease_answers(), flush=True)

    mark, same = audit_mark(), uids()
    for args in (RUN, ARGS):
        again = iplease("enable", "--yes", *args)
        claim("nothing to do" in again.stdout, f"second run: {again.stdout}{again.stderr}")
    claim(writes_since(mark) == [] and uids() == same, f"the second run wrote: {writes_since(mark)}")
    claim(len(list(addons.parent.glob("*.backup-*"))) == 2, "the second run wrote into the inventory")


main(test)
