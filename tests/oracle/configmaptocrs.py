#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our conversion against MetalLB 0.14.8's own configmaptocrs, over recorded and generated inputs.

The real tool is built unchanged from the Go module. The linker sets its input folder, which is hard-coded to
/var/input. IPLEASE_LONG=1 generates thousands of inputs. IPLEASE_SEED=N repeats a run. IPLEASE_CONFIGMAPTOCRS=PATH uses
a prebuilt tool.
"""
import argparse, concurrent.futures, json, os, pathlib, random, re, shutil, subprocess, sys, tempfile

MODULE = "go.universe.tf/metallb/configmaptocrs@v0.14.8"
SKIP = 77


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def real_tool():
    given = os.environ.get("IPLEASE_CONFIGMAPTOCRS")
    if given:
        return given
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / "iplease-tests" / "configmaptocrs-0.14.8"
    tool = folder / "configmaptocrs"
    if tool.exists():
        return str(tool)
    if not shutil.which("go"):
        skip("no Go toolchain to build the real converter with")
    folder.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(
        ["go", "install", "-ldflags", "-s -w -X main.inputDirPath=/", MODULE],
        env={**os.environ, "GOBIN": str(folder), "GOFLAGS": "-buildvcs=false"},
        capture_output=True, text=True)
    if built.returncode != 0:
        skip("the real converter cannot be built: " + built.stderr.strip()[-300:])
    return str(tool)


def run_real(tool, path):
    done = subprocess.run([tool, "-stdout", "-source", str(path)], capture_output=True, text=True)
    failed = re.search(r"failed to generate resources: (.*)\Z", done.stderr, re.S)
    if failed:
        return {"error": failed.group(1).rstrip("\n")}
    if done.returncode != 0:
        raise SystemExit(f"the real converter crashed on {path}: {done.stderr}")
    objects = []
    for document in yaml.load_all(done.stdout, Loader=Strings):
        if document is None:
            continue
        document.pop("status", None)
        document["metadata"].pop("creationTimestamp", None)
        objects.append(document)
    return {"objects": objects}


# --- what a server accepts: the real tool emits names that a server refuses ---------------------
NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def server_refuses(objects):
    for item in objects:
        if not NAME.fullmatch(item["metadata"]["name"]) or len(item["metadata"]["name"]) > 253:
            return True
        if not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", item["metadata"]["namespace"]):
            return True
        if item["spec"].get("peerPort", 0) > 16384:
            return True
    return False


def same_error(real, ours):
    """Word for word, except where Go's own output is random or garbled."""
    if real == ours:
        return True
    decoding = ("error unmarshaling JSON", "error converting YAML to JSON", "json: cannot unmarshal",
                "illegal base64 data", "no kind ", "couldn't get version/kind")
    missing = ours.startswith("Object '") and real.startswith(ours)
    if missing or any(words in real for words in decoding):
        return True  # both refuse; our message gives the place in the file where Go gives a type
    loose = [
        # map order decides which of several failing addresses, pools or peers appears
        (r"invalid aggregation length -?\d+: prefix \d+ in this pool is more specific .*",) * 2,
        (r"pool \S+ has bgpadvertisement .* bfd echo enabled, which is not possible",) * 2,
        # Go's %q prints an int as a character
        (r"invalid aggregation length '.*' for IPv[46]", r"invalid aggregation length \d+ for IPv[46]"),
        # apimachinery's long message about labels
        (r"(?s).*failed to convert peer (\w+) node selector\nparsing peer \1",) * 2,
    ]
    return any(re.fullmatch(r, real, re.S) and re.fullmatch(o, ours, re.S) for r, o in loose)


def difference(real, ours, text):
    if "error" in real:
        if "error" not in ours:
            return "the real tool refuses: " + real["error"]
        if not same_error(real["error"], ours["error"]):
            return f"other words:\n  real {real['error']!r}\n  ours {ours['error']!r}"
        return None
    if "error" in ours:
        if ours["ours"] and server_refuses(real["objects"]):
            return None
        return "only ours refuses: " + ours["error"]
    if server_refuses(real["objects"]):
        return "ours emits what no server accepts"
    if real["objects"] != ours["objects"]:
        return "objects differ:\n  real %s\n  ours %s" % (json.dumps(real["objects"]), json.dumps(ours["objects"]))
    again = [item for item in yaml.load_all(text, Loader=Strings) if item is not None]
    if again != ours["objects"]:
        return "our YAML does not read back as our objects"
    return None


# --- inputs --------------------------------------------------------------------------------------
class Generator:
    """Random configurations, from sane to odd. The first third of every list of choices is sane."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.net = 0
        self.odd = 0.0

    def some(self, *choices):
        return self.r.choice(choices if self.chance(self.odd) else choices[:-(-len(choices) // 3)])

    def chance(self, p):
        return self.r.random() < p

    def name(self):
        if not self.chance(self.odd):
            return self.r.choice(("default", "edge", "wing", "public", "a1", "My_Pool", "x")) + str(self.r.randrange(400))
        return self.some("default", "My_Pool", "1st-pool", "a", "pool.dotted", "trailing_", "UPPER", "x" * 70,
                         "2022", 2022, 1.5, True, "yes", "on", "", None, "two words", "edge-pool", "Edge_Pool",
                         "-dash", "é1", "a\tb", "q\"uote", "a" * 62 + "_b", "_x_", "9", "a.B.c")

    def address(self):
        self.net += 1
        base = f"198.18.{self.net % 256}"
        if not self.chance(self.odd):
            return self.r.choice((f"{base}.0/28", f"{base}.5/28", f"{base}.0/24", f"{base}.1-{base}.6",
                             f"{base}.1 - {base}.20", f"{base}.7/32", f"2001:db8:{self.net:x}::/120",
                             f"2001:db8:{self.net:x}::1-2001:db8:{self.net:x}::ff", f"::ffff:{base}.0/124"))
        return self.some("192.0.2.7", "192.0.2.0/28", "192.0.2.0/24", "192.0.2.9-192.0.2.1", "192.0.2.1-6",
                         "192.0.2.1-", "-192.0.2.6", "192.0.2.256/32", "192.0.2.001-192.0.2.006", "", "a,b",
                         " 192.0.2.0/28", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.1-2001:db8::1",
                         "fe80::1%eth0/64", "0.0.0.0/0", "::/0", "192.0.2.1–192.0.2.6", "192.0.2.1-192.0.2.3-192.0.2.5",
                         "::-0.0.0.0", "2001:db8::1-192.0.2.1", None, 192.5, "::ffff:192.0.2.0/120")

    def maybe(self, out, key, p, make):
        if self.chance(p):
            out[key] = make()

    def community(self):
        if not self.chance(self.odd):
            return f"{self.r.randrange(65536)}:{self.r.randrange(65536)}"
        return self.some("alpha", "zeta", "large:1:2:3", "large:1:2:x", "big:1:2:3", "1:2:3", "65536:1", "x:1", "", "-1:2",
                         "1:" + "9" * 30, 7, None, "large:4294967296:1:1")

    def advertisement(self):
        out = {}
        self.maybe(out, "aggregation-length", 0.5, lambda: self.some(32, 32, 28, 24, 33, 0, -1, 40, 30.0, "24", None, 2**40))
        self.maybe(out, "aggregation-length-v6", 0.3, lambda: self.some(128, 120, 64, 129, 127))
        self.maybe(out, "localpref", 0.3, lambda: self.some(100, 0, 4294967295, 1e2))
        self.maybe(out, "communities", 0.4, lambda: [self.community() for _ in range(self.r.randrange(3))])
        return out

    def pool(self):
        out = {"name": self.name(), "addresses": [self.address() for _ in range(self.r.choice([1, 1, 1, 2, 3]))]}
        out["protocol"] = self.r.choice(("layer2", "layer2", "layer2", "bgp", "bgp", "arp", "Layer2", None))
        self.maybe(out, "auto-assign", 0.4, lambda: self.some(True, False, None, "yes"))
        self.maybe(out, "avoid-buggy-ips", 0.4, lambda: self.some(True, False, None))
        self.maybe(out, "bgp-advertisements", 0.3, lambda: [self.advertisement() for _ in range(self.r.randrange(3))])
        if self.chance(self.odd / 4):
            self.some(lambda: out.pop("addresses"), lambda: out.update(addresses=[]), lambda: out.update(adresses=["x"]),
                      lambda: out.update(addresses="192.0.2.0/28"), lambda: out.pop("name"), lambda: out.update(NAME="shout"))()
        return out

    def time(self):
        return self.some("30s", "90s", "3s", "2s", "0s", "0", "1m30s", "1.5h", "300ms", "3999ms", "-5s", "5", "1d", "", "s",
                         ".s", "1h1h", "2562048h", "10µs", 30, "+4s", "4.9s", "1e3s", None)

    def selector(self):
        out = {}
        self.maybe(out, "match-labels", 0.6, lambda: {self.some("rack", "zone", "a/b", "bad key", "-x"): self.some("r1", "", "Ü", 5, True)})
        self.maybe(out, "match-expressions", 0.5, lambda: [
            {"key": self.some("zone", "rack", "kubernetes.io/hostname", "no/such/key"),
             "operator": self.some("In", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "in"),
             "values": self.some(["b", "a"], ["a"], [], ["a", "a"], None, ["x y"], [1, "0"])} for _ in range(self.some(1, 1, 2))])
        return out

    def peer(self):
        out = {"peer-address": self.some("203.0.113.1", "2001:db8::9", "203.0.113.2", "203.0.113", ""),
               "peer-asn": self.some(64501, 64501, 64501, 0, 4200000000, "64501"), "my-asn": self.some(64500, 64500, 64500, 64501, 64502.0, 64500.5)}
        self.maybe(out, "peer-port", 0.3, lambda: self.some(179, 1179, 16384, 16385, 65535, 65536, 0))
        self.maybe(out, "hold-time", 0.4, self.time)
        self.maybe(out, "keepalive-time", 0.3, self.time)
        self.maybe(out, "router-id", 0.3, lambda: self.some("203.0.113.9", "x", ""))
        self.maybe(out, "source-address", 0.2, lambda: self.some("203.0.113.10", "y"))
        self.maybe(out, "password", 0.3, lambda: self.some("s3cret", 1234, 0.5, 1234567.0, 1e-7, "- x: y", "yes", 3.14159265358979))
        self.maybe(out, "ebgp-multihop", 0.3, lambda: self.some(True, False))
        self.maybe(out, "bfd-profile", 0.3, lambda: self.some("fast", "Fast_BFD", "none", ""))
        self.maybe(out, "node-selectors", 0.4, lambda: [self.selector() for _ in range(self.r.randrange(3))])
        return out

    def profile(self):
        out = {"name": self.some("fast", "Fast_BFD", "slow")}
        for key in ("receive-interval", "transmit-interval", "echo-interval"):
            self.maybe(out, key, 0.4, lambda: self.some(300, 10, 60000, 300, 300, 9, 60001))
        self.maybe(out, "detect-multiplier", 0.4, lambda: self.some(3, 2, 255, 3, 1, 256))
        self.maybe(out, "minimum-ttl", 0.4, lambda: self.some(254, 1, 250, 0, 255))
        self.maybe(out, "echo-mode", 0.4, lambda: self.some(True, False, None))
        self.maybe(out, "passive-mode", 0.4, lambda: self.some(True, False))
        return out

    def config(self):
        out = {}
        self.maybe(out, "address-pools", 0.95, lambda: [self.pool() for _ in range(self.r.choice([0, 1, 1, 2, 3, 4]))])
        self.maybe(out, "peers", 0.4, lambda: [self.peer() for _ in range(self.r.choice([1, 1, 2]))])
        self.maybe(out, "bfd-profiles", 0.35, lambda: [self.profile() for _ in range(self.r.choice([1, 1, 2]))])
        self.maybe(out, "bgp-communities", 0.3, lambda: {self.some("alpha", "zeta", "Mixed", 1): self.community() for _ in range(self.r.choice([1, 2]))})
        if self.chance(self.odd / 10):
            return self.r.choice([None, [], "word", {"address-pools": {}}, {"peers": "x"}, {"ADDRESS-POOLS": [{"name": "loud", "addresses": ["192.0.2.0/28"]}]}])
        return out

    def text(self):
        self.odd = self.r.choice([0, 0, 0, 0.02, 0.05, 0.1, 0.3, 0.8])
        value = self.config()
        style = self.r.random()
        if style < 0.2:
            inner = json.dumps(value)
        else:
            inner = yaml.safe_dump(value, default_flow_style=style < 0.4, allow_unicode=True, sort_keys=self.chance(0.5))
        if self.chance(0.15):  # odd plain scalars that no dumper writes
            inner = inner.replace("true", self.some("yes", "On", "TRUE")).replace("false", self.some("no", "Off"))
        map_ = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "config"}, "data": {"config": inner}}
        self.maybe(map_["metadata"], "namespace", 0.8, lambda: self.some("metallb-system", "metallb-system", "lb", ""))
        if self.chance(self.odd / 5):
            self.r.choice([lambda: map_.pop("data"), lambda: map_.update(kind="Secret"), lambda: map_.pop("kind"),
                      lambda: map_.update(apiVersion="v2"), lambda: map_["data"].update(other=5), lambda: map_.update(data={"config": ""})])()
        return json.dumps(map_) if self.chance(0.3) else yaml.safe_dump(map_, allow_unicode=True, default_style=self.r.choice([None, "|"]))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--ours", required=True)
    options.add_argument("--cases", required=True)
    args = options.parse_args()
    long = os.environ.get("IPLEASE_LONG") == "1"
    seed = int(os.environ.get("IPLEASE_SEED", random.randrange(2**32) if long else 20220225))
    wanted = int(os.environ.get("IPLEASE_CASES", 5000 if long else 300))
    tool = real_tool()
    print(f"seed {seed}, {wanted} generated cases")
    with tempfile.TemporaryDirectory(prefix="iplease-oracle-") as at:
        folder = pathlib.Path(at)
        for case in pathlib.Path(args.cases).glob("*.in.yaml"):
            shutil.copy(case, folder / case.name.replace(".in.yaml", ".yaml"))
        generator = Generator(seed)
        for number in range(wanted):
            (folder / f"generated-{number:05}.yaml").write_text(generator.text(), encoding="utf-8")
        inputs = sorted(folder.glob("*.yaml"))
        subprocess.run([args.ours, at], check=True)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda path: run_real(tool, path), inputs))
        bad, refused = 0, 0
        for path, real in zip(inputs, answers):
            ours = json.loads(pathlib.Path(f"{path}.ours.json").read_text(encoding="utf-8"))
            written = pathlib.Path(f"{path}.ours.yaml")
            found = difference(real, ours, written.read_text(encoding="utf-8") if written.exists() else "")
            refused += "error" in real
            if found and (bad := bad + 1) <= 5:
                print(f"--- {path.name}: {found}\n{path.read_text(encoding='utf-8')}")
    print(f"{len(inputs)} inputs, {refused} refused by the real tool, {bad} different (seed {seed})")
    if refused * 10 > len(inputs) * 9 or refused * 10 < len(inputs):
        sys.exit("the generator lost its balance: too many or too few inputs are refused")
    sys.exit(1 if bad else 0)


try:
    import yaml
except ImportError:
    skip("Python's yaml module is not installed (python3-yaml)")


class Strings(yaml.SafeLoader):
    """PyYAML without dates and base-60 numbers, which neither side supports."""


Strings.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if not tag.endswith(("timestamp", ":int", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Strings.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(0|[1-9][0-9]*)\Z"), list("-0123456789"))

if __name__ == "__main__":
    main()
