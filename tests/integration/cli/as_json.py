# SPDX-License-Identifier: Apache-2.0
"""With `-o json` standard output is JSON even if nothing could be done: an invalid word, a missing file, no cluster, an
internal fault of iplease (here: out of memory)."""

import json
import resource
import subprocess
import tempfile

from run import CLEAN, IPLEASE

MIB = 1 << 20
# (words, exit code, the first problem's id). The output is an event stream or one document.
WRONG = [
    (["enabel", "-o", "json"], 2, "IPL-CLI-001"),
    (["-o", "json", "--nope"], 2, "IPL-CLI-002"),
    (["plan", "--ofline", "-o", "json"], 2, "IPL-CLI-002"),
    (["status", "-ojson", "word"], 2, "IPL-CLI-005"),
    (["plan", "-ojson", "/nonexistent/plan.json"], 2, "IPL-CLI-021"),
    (["doctor", "--output=json", "--color", "pink"], 2, "IPL-CLI-003"),
    (["doctor", "-o", "json", "--only", "IPL-NOPE-001"], 2, "IPL-CLI-011"),
    (["status", "-o", "json", "--wait", "soon"], 2, "IPL-CLI-003"),
    (["values", "-o", "json"], 2, "IPL-CLI-002"),
    (["runs", "show", "--output", "json"], 2, "IPL-RUN-011"),
    (["migrate", "-o", "json"], 2, "IPL-CLI-006"),
    (["config", "validate", "-o", "json", "-f", "/nonexistent/flags.yaml"], 2, "IPL-CLI-008"),
    (["plan", "-o", "json", "--offline", "--pool", "10.0.0.0/8"], 2, "IPL-POOL-004"),
    (["config", "show", "-o", "json", "--pool", "10.0.0.0/8"], 2, "IPL-POOL-004"),
    (["migrate", "-o", "json", "--from", "/nonexistent/old.yaml"], 2, "IPL-MIG-002"),
    (["enable", "--dry-run", "--yess", "-o", "json"], 2, "IPL-CLI-002"),
]
STREAMS = [
    (["enable", "--yess", "-o", "json"], 2, "IPL-CLI-002"),
    (["enable", "-yo", "json", "word"], 2, "IPL-CLI-005"),
    (["resume", "-o", "json", "-f"], 2, "IPL-CLI-007"),
    (["apply", "-o", "json"], 2, "IPL-CLI-006"),
    (["apply", "/nonexistent/plan.json", "-o", "json"], 2, "IPL-CLI-021"),
    (["verify", "--keeep", "-o", "json"], 2, "IPL-CLI-002"),
    (["doctor", "--fix", "-o", "json", "--only", "IPL-NOPE-001"], 2, "IPL-CLI-011"),
]


def run(words, code, memory=None):
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
    done = subprocess.run([IPLEASE, *words], capture_output=True, text=True, env=CLEAN, check=False, timeout=60,
                          stdin=subprocess.DEVNULL, preexec_fn=limit)
    assert done.returncode == code, f"{words}: exit {done.returncode}, wanted {code}\n{done.stdout}{done.stderr}"
    return done


def document(words, code, identity, **more):
    done = run(words, code, **more)
    told = json.loads(done.stdout)
    assert told["exit"] == code and told["ui"], f"{words}: {told}"
    ids = [one["id"] for one in told["problems"]]
    assert identity in ids and all(one["fix"] for one in told["problems"]), f"{words}: {told}"
    assert f"error {identity}" in done.stderr, f"{words}: the words are not on standard error\n{done.stderr}"


def stream(words, code, identity, **more):
    done = run(words, code, **more)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [lines[0]["type"], lines[-1]["type"]] == ["version", "result"], f"{words}: {lines}"
    assert lines[-1]["exit"] == code, lines[-1]
    assert [one["id"] for one in lines if one["type"] == "diagnostic"] == [identity], f"{words}: {lines}"
    assert f"error {identity}" in done.stderr, f"{words}: the words are not on standard error\n{done.stderr}"


def no_memory():
    """A large file, with memory for the program alone. Sanitizers need more memory than any limit leaves."""
    limit = 40 * MIB
    alone = subprocess.run([IPLEASE, "version"], capture_output=True, env=CLEAN, check=False,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    if alone.returncode != 0:
        print("no room for the program alone: out of memory was not tried")
        return
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write("a: '" + "x" * (15 * MIB) + "'\n")
        file.flush()
        told = run(["values", file.name], 70, memory=limit)
        assert told.returncode == 70 and "error IPL-CLI-013" in told.stderr and told.stdout == "", told
        document(["plan", "--offline", "-o", "json", "-f", file.name], 70, "IPL-CLI-013", memory=limit)
        stream(["enable", "-o", "json", "--yes", "-f", file.name], 70, "IPL-CLI-013", memory=limit)


for row in WRONG:
    document(*row)
for row in STREAMS:
    stream(*row)
versions = {run(words, 0).stdout for words in (["version", "-o", "json"], ["--version", "-o", "json"], ["-o", "json", "--version"])}
assert len(versions) == 1 and json.loads(versions.pop())["type"] == "version", versions
done = run(["plan", "--ofline", "-o", "sh"], 2)
assert done.stdout == "", done.stdout
no_memory()
print(f"{len(WRONG)} documents and {len(STREAMS)} streams tell what is wrong as JSON")
