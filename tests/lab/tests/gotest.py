#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gotest.py PART: runs the Go tests of one of the lab's parts, with the Go that builds it."""

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab.golang import find_go  # noqa: E402

go, env = find_go()
os.chdir(Path(__file__).resolve().parents[1] / "parts" / sys.argv[1])
os.execve(go, [go, "test", "./..."], env)
