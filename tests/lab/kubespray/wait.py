# SPDX-License-Identifier: Apache-2.0
"""iplease prints the play and waits. First nobody runs it (exit 6). Then the same command runs again, and somebody runs
the play. The address of a lease answers on the second host."""

import subprocess
import threading

from standin import ARGS, INVENTORY, PLAY, healthy, objects, prepare  # first: it sets the path
from onlab import IPLEASE, LAB, LABCTL, claim, iplease, lease_answers, main, shell, usage


def nobody_runs_it():
    told = iplease("enable", "--yes", *ARGS, "--timeout", "metallb=3s", check=False)
    claim(told.returncode == 6 and "IPL-KSP-011" in told.stderr, f"exit {told.returncode}: {told.stderr}")
    claim("run this now, in another terminal: " + " ".join(PLAY) in told.stderr, f"no command is printed: {told.stderr}")
    claim("iplease resume" in told.stderr, f"nothing is said of going on: {told.stderr}")
    # The cluster's own variables are already written, so they are not written again.
    claim(len(list(INVENTORY.rglob("*.backup-*"))) == 2, "the inventory was not written once")


def somebody_runs_it():
    # The unfinished run's 3 s would apply again, but a limit on the command line wins.
    run = subprocess.Popen(
        [LABCTL, "shell", "--name", LAB, "--", IPLEASE, "enable", "--yes", *ARGS, "--timeout", "metallb=120s"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    said, printed = [], threading.Event()
    ask = "run this now, in another terminal: "

    def read():
        for line in run.stderr:
            said.append(line)
            if ask in line:
                printed.set()

    reader = threading.Thread(target=read)
    reader.start()
    claim(printed.wait(60), f"no command was printed: {''.join(said)}")
    command = "".join(said).split(ask, 1)[1].splitlines()[0]
    shell("sh", "-c", command)  # exactly as printed
    claim(run.wait(240) == 0, f"exit {run.returncode}: {''.join(said)}")
    reader.join()
    claim(len(list(INVENTORY.rglob("*.backup-*"))) == 2, "the inventory was written again")
    claim(objects("l2advertisements") == ["default"], f"{objects('l2advertisements')}")
    claim(usage()["Available"] == 21, f"/usage says {usage()}")


def test():
    prepare()
    nobody_runs_it()
    somebody_runs_it()
    print("leased", lease_answers(), flush=True)
    healthy()
    again = iplease("enable", "--yes", *ARGS)
    claim("nothing to do" in again.stdout, f"once more: {again.stdout}{again.stderr}")


main(test)
