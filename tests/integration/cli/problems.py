# SPDX-License-Identifier: Apache-2.0
"""Invalid words. Each is reported with its id and the nearest valid one, exit 2. No cluster is read."""

import subprocess

from run import IPLEASE, iplease


def expect(identity, *args, code=2, near=""):
    told = iplease(*args, code=code)
    assert f"error {identity}" in told and near in told, f"{args}: wanted {identity} {near}\n{told}"
    assert "  fix     " in told and f"iplease explain {identity}" in told, told


expect("IPL-CLI-001", "enabel", near="did you mean `enable`?")
expect("IPL-CLI-001", "config", "initt", near="did you mean `config init`?")
expect("IPL-CLI-002", "plan", "--ofline", near="did you mean `--offline`?")
expect("IPL-CLI-003", "plan", "-o", "jsn", near="did you mean `json`?")
expect("IPL-CLI-003", "completion", "fis", near="did you mean `fish`?")
expect("IPL-CLI-004", "enable", "-f", "a", "-f", "b")
expect("IPL-CLI-005", "man", "page")
expect("IPL-CLI-006", "values")
expect("IPL-CLI-006", "migrate", near="--from FILE")
expect("IPL-CLI-006", "", near="`iplease` needs a command")
expect("IPL-CLI-007", "enable", "-f", near="--file needs a value")
expect("IPL-CLI-007", "doctor", "--only", near="--only needs a value")
expect("IPL-CLI-007", "enable", "--yes=maybe", near="--yes takes no value")
expect("IPL-CLI-008", "plan", "--offline", "-f", "/nonexistent/flags.yaml", near="/nonexistent/flags.yaml")
expect("IPL-CLI-011", "explain", "IPL-MLB-0004", near="did you mean `IPL-MLB-004`?")
expect("IPL-CLI-011", "explain", "provder", near="did you mean `provider`?")
expect("IPL-CFG-003", "plan", "--offline", "--timeout", "metalb=5m", near="did you mean metallb?")
expect("IPL-CFG-003", "plan", "--offline", "--set", "pool.adresses=192.0.2.0/28", near="pool.addresses")


def flags(body):
    return "apiVersion: iplease.akash.network/v1\nkind: Enablement\n" + body


def refused_file(identity, body):
    told = iplease("config", "validate", "-f", "-", "-o", "json", code=2, stdin=flags(body), out=True)
    assert f'"{identity}"' in told, f"{body}: wanted {identity}\n{told}"


refused_file("IPL-POOL-004", 'pool: {addresses: ["10.0.0.0/8"]}')
refused_file("IPL-POOL-005", 'pool: {addresses: ["127.0.0.0/30"]}')
refused_file("IPL-POOL-006", 'pool: {addresses: ["198.51.100.1-2001:db8::1"]}')
refused_file("IPL-POOL-007", 'pool: {addresses: ["2001:db8::/120"]}')
told = iplease("config", "init", code=11)
assert "IPL-CLU-001" in told and "IPL-PRV" not in told, f"the echo of an unreachable cluster is told, too\n{told}"
print("every wrong word has its answer")

# A full disk behind standard output cuts the output short, and the exit code says so.
with open("/dev/full", "w", encoding="utf-8") as full:
    for words in (["version"], ["config", "schema"], ["explain", "provider"]):
        told = subprocess.run([IPLEASE, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert told.returncode == 12 and "error IPL-CLI-012" in told.stderr, f"{words}: {told}"
