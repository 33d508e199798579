# SPDX-License-Identifier: Apache-2.0
"""Garbage does not mean absent. The program runs against a stand-in kubectl and helm (./tool) that replay the lab's
recordings. One answer is cut, empty or another program's, and is reported as that, with the documented exit code.

garbage.py IPLEASE"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from recorded import POOL, PROVIDER, TOOL, environment, recordings  # noqa: E402

IPLEASE = sys.argv[1]
PLAN = ("plan", "--pool", POOL, "--provider-address", PROVIDER)
BLOCKED = 3
# The answers that decide what exists. They are cut in half, empty, an empty list of the right kind, or a proxy's page.
DECIDING = ("named.json", "lists.txt", "services.txt", "helm-list.json")
DAMAGES = {
    "half": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "",
    "an empty List": lambda text: '{"apiVersion":"v1","items":[],"kind":"List"}\n',
    "a page": lambda text: "<html><body>502 Bad Gateway</body></html>\n",
    "its last line lost": lambda text: "".join(text.splitlines(keepends=True)[:-1]),
}


def replay(folder, *words):
    return subprocess.run(
        [IPLEASE, *words, "--kubeconfig", str(folder / "kubeconfig"), "--kubectl", str(TOOL), "--helm", str(TOOL), "--plain"],
        capture_output=True, text=True, check=False, env=environment(folder), timeout=60,
    )


def expect(done, code, words, told):
    text = done.stdout + done.stderr
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{text}"
    assert told in text, f"{words}: does not say {told}\n{text}"
    return text


with tempfile.TemporaryDirectory() as place:
    folder = Path(place)
    recordings(folder)
    expect(replay(folder, "status"), 0, "untouched", "IP leases are on")
    assert "IPL-CLU-080" not in replay(folder, *PLAN).stdout, "an untouched recording is whole"
    for name in DECIDING:
        whole = (folder / name).read_text(encoding="utf-8")
        for damage, harm in DAMAGES.items():
            (folder / name).write_text(harm(whole), encoding="utf-8")
            case = f"{name}: {damage}"
            said = expect(replay(folder, "status"), BLOCKED, f"status, {case}", "IPL-CLU-080")
            assert "are off" not in said and "leases are on\n" not in said, f"{case}\n{said}"
            said = expect(replay(folder, *PLAN), BLOCKED, f"plan, {case}", "IPL-CLU-080")
            assert "there is no Helm release" not in said and "not found" not in said, f"{case}\n{said}"
            said = replay(folder, "doctor").stdout
            assert "IPL-CLU-080" in said, f"doctor, {case}"
            assert said.count("look because of it") <= 1, f"doctor tells one cause twice, {case}\n{said}"
            if (name, damage) == ("named.json", "half"):
                assert " checks could not look because of it" in said, f"doctor, {case}\n{said}"
        (folder / name).write_text(whole, encoding="utf-8")
print(f"{len(DECIDING) * len(DAMAGES)} damaged answers, each told as that by status, plan and doctor")
