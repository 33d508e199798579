# SPDX-License-Identifier: Apache-2.0
"""Output of tools is shown without secrets and as plain text, and a tool killed by a signal is reported as killed. helm
is a wrapper that repeats everything it was given, as some tools do with --debug, in every shape."""

import json
import re


from onlab import STATE, claim, iplease, main, no_canary
from json_schema import check_stream
from wrapped import tool_that

VALUES = STATE / "home" / "provider" / "provider.yaml"
NODE = "CANARY-node+pass/31f0"
SHAPES = (NODE, "CANARY-node%2Bpass%2F31f0", "Q0FOQVJZLW5vZGUrcGFzcy8zMWYw")
REPEATS = r"""
file=
for word; do [ "$last" = -f ] && file=$word; last=$word; done
[ -n "$file" ] || exec $real "$@"
{
  cat "$file"
  printf '\033[31mError:\033[0m UPGRADE FAILED: cannot patch "akash-provider": StatefulSet "akash-provider" is invalid: '
  printf '{"name":"AKASH_NODE","value":"http://user:CANARY-node%%2Bpass%%2F31f0@rpc.example.com:26657"}\007\000\010 '
  printf 'decoded CANARY-node+pass/31f0, coded Q0FOQVJZLW5vZGUrcGFzcy8zMWYw\n'
  for name in key keysecret; do sed -n "s/^$name: *//p" "$file" | tr -d "\"'" | base64 -w0; echo; done
  for name in key keysecret; do sed -n "s/^$name: *//p" "$file" | tr -d "\"'" | base64 -d; echo; done
} >"$HOME/said"
cat "$HOME/said"; cat "$HOME/said" >&2
exit 1
"""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def nothing_of_it(told, what):
    for text in (told.stdout, told.stderr):
        no_canary(text, what)
        for shape in SHAPES:
            claim(shape not in text, f"{what} holds {shape}:\n{text}")
        found = CONTROL.search(text)
        claim(not found, f"{what} holds the control character {found and found.group()!r}")
    for line in told.stdout.splitlines():
        for one in json.loads(line).values() if line.startswith('{"') else ():
            claim(not CONTROL.search(str(one)), f"{what}: a control character in {line!r}")


def test():
    before = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(
        re.sub(r"(?m)^node:.*$\n?", "", before) + "node: http://user:CANARY-node%2Bpass%2F31f0@rpc.example.com:26657\n",
        encoding="utf-8",
    )
    for more in ((), ("-o", "json")):
        repeating = tool_that("*upgrade*akash-provider*", REPEATS, "helm")
        told = iplease("enable", "--yes", "--provider-values-from", "file", "--helm", repeating, *more, check=False)
        claim(told.returncode != 0 and "UPGRADE FAILED" in told.stdout + told.stderr, f"it did not fail: {told}")
        claim("akash1" in told.stdout + told.stderr, "what is no secret is not told either")
        nothing_of_it(told, f"enable {' '.join(more)}")
        claim(not more or check_stream(told.stdout)[-1]["exit"] == told.returncode, "the stream has another exit code")
    for path in (STATE / "home" / ".local" / "state" / "iplease").rglob("*"):
        text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        no_canary(text, str(path))
        claim(not any(shape in text for shape in SHAPES), f"{path} holds the node's password")
        claim(not CONTROL.search(text), f"{path} holds a control character")
    nothing_of_it(iplease("runs", "log"), "runs log")
    nothing_of_it(iplease("runs", "show"), "runs show")
    nothing_of_it(iplease("status", "-o", "json", check=False), "status")
    print("nothing secret, nothing but text", flush=True)

    dying = tool_that("*upgrade*akash-provider*", "kill -9 $$", "helm")
    told = iplease("resume", "--yes", "--helm", dying, check=False)
    claim("IPL-RUN-070" in told.stderr and "killed by SIGKILL" in told.stderr, f"not told: {told}")
    claim("memory" in told.stderr and "own words are above" not in told.stderr, f"not why: {told.stderr}")
    print("a killed helm is told as that", flush=True)

    VALUES.write_text(before, encoding="utf-8")
    tool_that("nothing", ":", "helm")  # the unfinished run names it
    iplease("enable", "--yes", "--provider-values-from", "file")
    (STATE / "home" / "said").unlink()
    print("and the same command ends well", flush=True)


main(test)
