# SPDX-License-Identifier: Apache-2.0
"""Provider values as people, tools and chance write them. One text per seed."""
import base64
import random

NAMES = ["ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"]
RIGHT = ["true", '"true"', "'true'", "yes", "True", "on", "TRUE", "Yes"]
WRONG = ["false", '"false"', "no", "1", '"yes"', "", "~", "null", "off # later", '"a b"']
WORDS = ["eu-west", '"San Francisco"', "'it''s'", "13.0", '"13.0"', "10000", "http://n:26657", "a b  c",
         '"tab\\there"', "Größe", "x#y", "12h", "1.60", '"*=100"', "@home"[1:], "!!str 5", "? x"[2:]]


class Writer:
    """Writes one document. The seed decides every choice."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.anchors = []
        self.used = set()

    def maybe(self, chance):
        return self.r.random() < chance

    def noise(self, indent=0):
        while self.maybe(0.12):
            kind = self.r.randrange(4)
            if kind == 0:
                self.lines.append("")
            elif kind == 1:
                self.lines.append(" " * self.r.randrange(5))
            else:
                pad = " " * (indent if kind == 2 else self.r.randrange(8))
                self.lines.append(pad + self.r.choice(
                    ["# comment", "#", "# - key: ip-lease", "#   value: \"true\"", "# ipoperator: false", "# 'quote", "# [ {"]))

    def tail(self):
        return self.r.choice(["", "", "", "", "  # note", " # it's", "   ", " # a: b, [c"])

    def scalar(self, indent):
        """The text after `key:`, possibly on several lines, each deeper than `indent`."""
        pad = " " * (indent + self.r.choice([1, 2, 2, 4]))
        kind = self.r.randrange(14)
        if kind == 0:
            head = self.r.choice(["|", "|-", "|+", ">", ">-", ">+"]) + self.r.choice(["", "  # block"])
            body = [pad + self.r.choice(["one", "# not a comment", "- key: ip-lease", "ipoperator: false", "  deeper", "é"])
                    for _ in range(self.r.randrange(1, 4))]
            body[0] = pad + "first"
            if self.maybe(0.4):
                body.insert(1, "")
            if self.maybe(0.3):
                body.append("")
            return [" " + head] + body
        if kind == 1:
            return [' "one', pad + "# two", "", pad + 'three \\" four"' + self.tail()]
        if kind == 2:
            return [" 'one", pad + "it''s two'" + self.tail()]
        if kind == 3:
            return [" one", pad + "two", "", pad + "three" + self.tail()]
        if kind == 4:
            blob = base64.b64encode(self.r.randbytes(self.r.choice([30, 300, 1700, 13000]))).decode()
            return [" " + self.r.choice([blob, '"' + blob + '"'])]
        if kind == 5 and self.anchors:
            return [" *" + self.r.choice(self.anchors) + self.tail()]
        if kind == 6:
            name = "n%d" % len(self.anchors)
            self.anchors.append(name)
            return [" &" + name + " " + self.r.choice(["word", '"text"', "5"]) + self.tail()]
        if kind == 7:
            return [self.r.choice(["", " ~", " null"]) + self.tail()]
        return [self.r.choice([" ", "  ", " "]) + self.r.choice(WORDS) + self.tail()]

    def flow(self, depth=0):
        kind = self.r.randrange(5 if depth < 2 else 3)
        if kind < 3:
            return self.r.choice(["a", "1.60", "'q, ]'", '"}"', "b c", "''"])
        parts = [self.flow(depth + 1) for _ in range(self.r.randrange(4))]
        if kind == 3:
            return "[" + self.r.choice(["", " "]) + ", ".join(parts) + self.r.choice(["", " "]) + "]"
        return "{" + ", ".join("k%d: %s" % (i, p) for i, p in enumerate(parts)) + self.r.choice(["", "", " "]) + "}"

    def entry(self, key, indent):
        self.noise(indent)
        pad = " " * indent
        key = self.r.choice([key, key, key, '"%s"' % key, "'%s'" % key])
        kind = self.r.randrange(8)
        if kind == 0 and indent < 8:
            step = self.r.choice([1, 2, 2, 4])
            self.lines.append(pad + key + ":" + self.tail())
            for i in range(self.r.randrange(1, 4)):
                self.entry("sub%d" % i, indent + step)
        elif kind == 1:
            self.lines.append(pad + key + ": " + self.flow() + self.tail())
        elif kind == 2:
            step = self.r.choice([0, 2, 4])
            self.lines.append(pad + key + ":" + self.tail())
            for _ in range(self.r.randrange(1, 4)):
                self.noise(indent + step)
                self.lines.append(pad + " " * step + "- " + self.r.choice(WORDS[1:8]) + self.tail())
        else:
            body = self.scalar(indent)
            self.lines.append(pad + key + ":" + body[0])
            self.lines.extend(body[1:])

    def item_names(self):
        names = [n for n in ["region", "tier", "organization", "cuda"] if self.maybe(0.5)]
        names += [n for n in NAMES if self.maybe(0.35)]
        self.r.shuffle(names)
        return names

    def item_value(self, name):
        if name in NAMES:
            return self.r.choice(RIGHT + WRONG)
        return self.r.choice(WORDS)

    def attributes_block(self):
        pad = " " * self.r.choice([0, 2, 2, 2, 4])
        gap = self.r.choice([1, 1, 1, 3])
        inner = pad + " " * (gap + 1)
        self.lines.append("attributes:" + self.tail())
        for name in self.item_names() or ["region"]:
            self.noise(len(pad))
            key = self.r.choice(["%s", "%s", '"%s"', "'%s'"]) % name
            value = self.item_value(name)
            kind = self.r.randrange(8)
            if kind == 0 and "#" not in value:
                self.lines.append(pad + "- {key: %s, value: %s}" % (key, value) + self.tail())
            elif kind == 1:
                self.lines.append(pad + "-" + " " * gap + "value: " + value)
                self.lines.append(inner + "key: " + key + self.tail())
            elif kind == 2:
                self.lines.append(pad + "-" + self.tail())
                self.lines.append(inner + "key: " + key)
                self.lines.append(inner + "value: " + value)
            elif kind == 3:
                self.lines.append(pad + "-" + " " * gap + "key: " + key)
                self.noise(len(inner))
                if self.maybe(0.5):
                    body = self.scalar(len(inner)) if name not in NAMES else [" " + value]
                    self.lines.append(inner + "value:" + body[0])
                    self.lines.extend(body[1:])
                if self.maybe(0.5):
                    self.entry("extra", len(inner))
            else:
                self.lines.append(pad + "-" + " " * gap + "key: " + key + self.tail())
                self.lines.append(inner + "value: " + value)

    def attributes_flow(self):
        items = []
        for name in self.item_names():
            value = self.item_value(name).replace('"a b"', "off").split(" #")[0]
            items.append(self.r.choice(["{key: %s, value: %s}", '{ key: "%s", value: %s }', "{value: %s, key: %s}"]) %
                         ((name, value)))
        # The third form swaps key and value on purpose: its `key` is a value.
        if self.maybe(0.5) or not items:
            self.lines.append("attributes: [" + ", ".join(items) + "]" + self.tail())
            return
        comma = self.maybe(0.5)
        self.lines.append("attributes: [" + self.tail())
        for i, item in enumerate(items):
            last = i + 1 == len(items)
            self.lines.append("  " + item + ("" if last and not comma else ",") + self.tail())
        self.lines.append(self.r.choice(["]", "  ]", "    ]"]) + self.tail())

    def attributes(self):
        kind = self.r.randrange(12)
        if kind == 0:
            self.lines.append("attributes: []" + self.tail())
        elif kind == 1:
            self.lines.append("attributes:" + self.r.choice(["", " ~", " null"]) + self.tail())
        elif kind < 5:
            self.attributes_flow()
        else:
            self.attributes_block()

    def document(self):
        keys = ["from", "key", "keysecret", "domain", "node", "withdrawalperiod", "email", "organization", "image",
                "monitor", "letsEncrypt", "bidpricescript", "price_target_cpu", "minimumbalance", "zone", "about"]
        keys = [k for k in keys if self.maybe(0.6)] or ["from"]
        keys += ["ipoperator"] * self.maybe(0.5) + ["attributes"] * self.maybe(0.85)
        if self.maybe(0.3):
            keys.sort()
        else:
            self.r.shuffle(keys)
        if self.maybe(0.5):
            self.noise()
            self.lines.append("---" + self.tail())
        for key in keys:
            if key == "attributes":
                self.noise()
                self.attributes()
            elif key == "ipoperator":
                self.noise()
                self.lines.append(self.r.choice(["ipoperator: ", '"ipoperator": ', "ipoperator:   "]) +
                                  self.r.choice(RIGHT + WRONG).replace('"a b"', "off"))
            else:
                self.entry(key, 0)
        self.noise()
        if self.maybe(0.1):
            self.lines.append("...")
        text = self.r.choice(["\n", "\n", "\n", "\r\n"]).join(self.lines)
        if self.maybe(0.8):
            text += "\r\n" if "\r\n" in text else "\n"
        if self.maybe(0.03):
            text = "\ufeff" + text
        return text


def document(seed):
    return Writer(seed).document()


def mutated(seed):
    """A document with a few characters dropped, doubled or inserted."""
    r = random.Random(seed ^ 0x5EED)
    text = list(document(seed))
    for _ in range(r.randrange(1, 4)):
        at = r.randrange(len(text) + 1)
        kind = r.randrange(4)
        if kind == 0 and text:
            del text[at:at + r.randrange(1, 4)]
        elif kind == 1:
            text[at:at] = text[max(0, at - 20):at]
        else:
            text.insert(at, r.choice(list("\n\t :-#'\"[]{},&*!|>?%@`a\\") + ["\n  ", "- ", ": ", "<<: ", "---\n", "\r"]))
    return "".join(text)
