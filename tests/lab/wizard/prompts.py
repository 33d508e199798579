# SPDX-License-Identifier: Apache-2.0
"""The questions that only some clusters ask: which values count if file and release differ, and the wallet address if
`from` is the name of a key. Each with invalid answers, its help, and the result of the answer."""

import json

from talk import MENU, STATE, Talk  # first: it adds onlab's folder to the path
from onlab import CANARIES, audit_mark, claim, kubectl, main, shell, writes_since


FILE = str(STATE / "iplease.yaml")
VALUES = STATE / "home" / "provider" / "provider.yaml"
ADDRESS = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"
DOMAIN, OTHER = "lab.example", "other.example"
QUESTION = "typed so far\r\n> "


def words(talk):
    """The output without line breaks."""
    return " ".join(talk.shown().split())


def no_secret(talk):
    for secret in CANARIES:
        claim(secret not in talk.raw, f"{secret} is on the screen")


def setting(talk, key, value, source):
    claim(f"{key} {value} ({source}" in words(talk), f"{key} is not {value}, from {source}:\n{talk.shown()}")


def which_values():
    """Invalid answers, then `?`, which shows the difference without secrets, then each of the two answers."""
    kept = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(kept.replace(DOMAIN, OTHER), encoding="utf-8")
    mark = audit_mark()
    talk = Talk("enable", "-f", FILE, "--plain").see(QUESTION)
    claim("Which provider values are right?" in talk.raw and "1) file" in talk.raw and "2) release" in talk.raw, talk.raw)
    talk.answer("").answer("4").answer("?").answer("maybe", then="Cancelled").end(9)
    claim(words(talk).count("(IPL-") == 3, f"not three reasons:\n{talk.shown()}")
    claim("--provider-values-from" in talk.raw and f"+domain: \"{OTHER}\"" in talk.raw, f"the help does not show what differs:\n{talk.raw}")
    no_secret(talk)

    talk = Talk("enable", "-f", FILE, "--plain").see(QUESTION).answer("2 !")
    claim("It can be used." in talk.raw, talk.raw)
    talk.answer("", then=MENU)
    setting(talk, "provider.valuesFrom", "release", "your answer")
    talk.answer("3", then=MENU)
    claim(f"-domain: \"{OTHER}\"" in talk.raw, f"the diff does not take the file's domain away:\n{talk.raw}")
    talk.keys("\x04").end(9)
    no_secret(talk)
    claim(writes_since(mark) == [] and OTHER in VALUES.read_text(encoding="utf-8"), "a question wrote something")

    talk = Talk("enable", "-f", FILE, "--plain").see(QUESTION).answer("file", then=MENU)
    setting(talk, "provider.valuesFrom", "file", "your answer")
    talk.answer("3", then=MENU)
    claim(f"-domain: \"{OTHER}\"" not in talk.raw, f"the diff takes the file's domain away:\n{talk.raw}")
    talk.answer("4", then=MENU)
    claim(f"-f {VALUES}" in talk.raw, f"the upgrade does not take the file:\n{talk.raw}")
    talk.answer("6", then="Cancelled").end(9)
    no_secret(talk)
    claim(writes_since(mark) == [], f"a question wrote {writes_since(mark)}")


def upgrade():
    shell("helm", "-n", "akash-services", "upgrade", "akash-provider", "provider", "--repo", "http://127.0.0.1:8879/akash",
          "--version", "19.0.2", "-f", str(VALUES))


def select(who):
    change = {"spec": {"selector": {"app": who}}}
    kubectl("-n", "akash-services", "patch", "service", "akash-provider", "--type", "merge", "-p", json.dumps(change))


def whose_wallet():
    """`from` is the name of a key, and the provider's 8443/status, which knows the address, cannot be reached."""
    kept = VALUES.read_text(encoding="utf-8")
    VALUES.write_text(kept.replace(ADDRESS, "provider-key"), encoding="utf-8")
    upgrade()
    select("nobody")
    mark = audit_mark()
    talk = Talk("enable", "-f", FILE, "--plain").see(QUESTION)
    claim("What is the provider's wallet address?" in talk.raw, talk.raw)
    talk.answer("").answer(ADDRESS[:-1] + "q").answer("?").answer("cosmos1qqqq", then="Cancelled").end(9)
    claim(words(talk).count("(IPL-") == 3 and "--provider-address" in talk.raw, f"not three reasons and the flag:\n{talk.shown()}")
    talk = Talk("enable", "-f", FILE, "--plain").see(QUESTION).answer(f"  {ADDRESS} ", then=MENU)
    setting(talk, "provider.address", ADDRESS, "your answer")
    talk.answer("4", then=MENU)
    claim(f"provider_address: {ADDRESS}" in talk.raw, f"the IP operator is not told:\n{talk.raw}")
    talk.answer("6", then="Cancelled").end(9)
    no_secret(talk)
    claim(writes_since(mark) == [], f"a question wrote {writes_since(mark)}")
    VALUES.write_text(kept, encoding="utf-8")
    upgrade()
    select("akash-provider")


def test():
    whose_wallet()
    which_values()


main(test)
