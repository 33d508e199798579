# SPDX-License-Identifier: Apache-2.0
"""`iplease bundle` of a cluster with IP leases on. It contains what it promises and no canary from the provider's
values, and it writes nothing on the cluster. bundle.py IPLEASE"""

import json
import pathlib
import re
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "enable"))
from onlab import audit_mark, claim, follow, iplease, main, no_canary, writes_since  # noqa: E402

PROMISED = {
    "README.txt": "answers/",
    "versions.txt": "Kubernetes v1.34.4",
    "status.json": '"state": "on"',
    "doctor.json": '"type": "doctor"',
    "settings.json": '"pool.addresses"',
    "answers/index.txt": "get values akash-provider",
    "pods/akash-services.txt": "akash-provider-0",
    "pods/metallb-system.txt": "metallb-controller-",
    "pods/kube-proxy.txt": "kube-proxy-",
    "events/akash-services.txt": "$ kubectl",
    "events/metallb-system.txt": "$ kubectl",
    "logs/metallb-controller-1.txt": "/controller] ",
    "logs/metallb-speaker-1.txt": "/speaker] ",
    "logs/ip-operator.txt": "[pod/operator-ip-",
    "logs/provider.txt": "[pod/akash-provider-0/",
    "logs/kube-proxy.txt": "# exit 0",
    "runs/journal.jsonl": '"ev":"close","outcome":"done"',
    "runs/plan.json": '"stages"',
    "runs/debug.log": "stage pool",
}


def unpacked(path):
    claim(path.stat().st_mode & 0o777 == 0o600, f"mode {path.stat().st_mode:o}")
    with tarfile.open(path) as tar:
        return {re.sub("^iplease-bundle/|(?<=runs/).*/", "", one.name): tar.extractfile(one).read().decode("utf-8")
                for one in tar.getmembers()}


def test():
    iplease("enable", "--yes")
    mark = audit_mark()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "report.tar.gz"
        told = follow(iplease("explain", "IPL-CLI-013").stdout, "iplease bundle", more=("--out", str(path)))
        files = unpacked(path)
        claim(writes_since(mark) == [], f"it wrote {writes_since(mark)}")
    no_canary(told.stdout + told.stderr, "what it said")
    for name, text in files.items():
        no_canary(text, name)
    for name, word in PROMISED.items():
        claim(name in files, f"{name} is not in it: {sorted(files)}\n{told.stderr}")
        claim(word in files[name], f"{name} does not say {word}:\n{files[name][:3000]}")
    claim("Not in it" not in files["README.txt"], files["README.txt"])
    claim(not [one for one in json.loads(files["doctor.json"])["findings"] if one["outcome"] == "fail"], "unwell")
    values = [text for name, text in files.items() if "keysecret:•••" in text and name.endswith(".out")]
    claim(values, "the release's values are not in it")
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes of text: all that is promised, nothing secret", flush=True)


main(test)
