# SPDX-License-Identifier: Apache-2.0
"""Peak memory of one program alone."""

import os
import subprocess
import time
from pathlib import Path


def peak_mib(*command):
    """Runs `command` to its end and discards its output. Returns the most memory that it held, in MiB."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        peak = 0
        while os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            status = Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
            if "VmHWM" in status:
                peak = int(status.split("VmHWM:")[1].split()[0])
            time.sleep(0.002)
    return peak / 1024
