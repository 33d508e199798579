# SPDX-License-Identifier: Apache-2.0
"""What is measured on the node's network of a lab. Prints one JSON object. --first and --large need a fresh cluster;
--large adds 500 nodes and a long bid script. Without them the cluster must be enabled. --tenants creates thousands of
tenants' objects there."""

import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import peak  # noqa: E402

IPLEASE = sys.argv[1]
RECORD = Path(__file__).resolve().parent.parent / "lab" / "enable" / "record"
REPEATS = 7


def median_ms(argv):
    took = []
    for _ in range(20):
        began = time.monotonic()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        took.append((time.monotonic() - began) * 1000)
    return statistics.median(took)


def recorded(*arguments):
    """The commands that a run starts, with their times, as the recorder saw them."""
    with tempfile.TemporaryDirectory() as folder:
        log = f"{folder}/log"
        subprocess.run(
            [IPLEASE, *arguments, "--kubectl", f"{RECORD} {log} kubectl", "--helm", f"{RECORD} {log} helm"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        return [json.loads(line) for line in Path(log).read_text(encoding="utf-8").splitlines()]


def at_once(commands):
    moments = [(c["began"], 1) for c in commands] + [(c["ended"], -1) for c in commands]
    now = most = 0
    for _, step in sorted(moments):
        now += step
        most = max(most, now)
    return most


def bare_seconds(commands):
    def once(command):
        subprocess.run(
            command["argv"][2:], input=base64.b64decode(command["stdin"]), check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    began = time.monotonic()
    with ThreadPoolExecutor(2) as two:
        list(two.map(once, commands))
    return time.monotonic() - began


def peak_mib(*arguments):
    """Peak memory of iplease alone, in MiB."""
    return peak.peak_mib(IPLEASE, *arguments)


def first_output_ms():
    took = []
    for _ in range(REPEATS):
        began = time.monotonic()
        with subprocess.Popen([IPLEASE, "enable", "--yes"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            run.stderr.read(1)
            took.append((time.monotonic() - began) * 1000)
            run.stderr.read()
    return statistics.median(took)


def enabled():
    commands = recorded("enable", "--yes")
    second, bare = [], []
    for _ in range(REPEATS):
        began = time.monotonic()
        subprocess.run([IPLEASE, "enable", "--yes"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        second.append(time.monotonic() - began)
        bare.append(bare_seconds(commands))
    latency = {
        "--help": [IPLEASE, "--help"], "version": [IPLEASE, "version"],
        "explain IPL-MLB-004": [IPLEASE, "explain", "IPL-MLB-004"], "plan --offline": [IPLEASE, "plan", "--offline"],
    }
    return {
        "processes": len(commands), "at_once": at_once(commands),
        "second_s": statistics.median(second), "bare_s": statistics.median(bare),
        "first_output_ms": first_output_ms(), "latency_ms": {name: median_ms(argv) for name, argv in latency.items()},
    }


def large():
    nodes = [
        {"apiVersion": "v1", "kind": "Node",
         "metadata": {"name": f"made-up-{n}", "labels": {"kubernetes.io/hostname": f"made-up-{n}"}}}
        for n in range(500)
    ]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": nodes})
    subprocess.run(["kubectl", "apply", "--server-side", "-f", "-"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)
    values = Path(os.environ["HOME"]) / "provider" / "provider.yaml"
    script = base64.b64encode(os.urandom(13125)).decode()  # 17,500 letters
    with values.open("a", encoding="utf-8") as file:
        file.write(f"bidpricescript: {script}\n")
    return {"memory_mib": peak_mib("plan", "--provider-values-from", "file")}


def first():
    return {"first_processes": len(recorded("enable", "--yes"))}


def tenants():
    """A second enable, status and doctor, before and after creating 5,000 Services and 5,000 Deployments of tenants."""
    commands = {"enable": ["enable", "--yes"], "status": ["status"], "doctor": ["doctor"]}

    def seconds(arguments):
        took = []
        for _ in range(REPEATS):
            began = time.monotonic()
            subprocess.run([IPLEASE, *arguments], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            took.append(time.monotonic() - began)
        return statistics.median(took)

    before = {name: seconds(arguments) for name, arguments in commands.items()}
    subprocess.run([sys.executable, "-B", str(Path(__file__).resolve().parent / "tenants.py"), "5000"], check=True)
    return {
        "tenants_ratio": {name: seconds(arguments) / before[name] for name, arguments in commands.items()},
        "tenants_mib": max(peak_mib(*arguments) for arguments in commands.values()),
    }


WAYS = {"--large": large, "--first": first, "--tenants": tenants}
print(json.dumps(next((way() for word, way in WAYS.items() if word in sys.argv), None) or enabled()))
