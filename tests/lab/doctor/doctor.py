# SPDX-License-Identifier: Apache-2.0
"""Faults that the cheap tier can have: caused, seen, cured, gone."""

import os
import resource
import time

import rows_cluster
import rows_metallb
import rows_operator
import rows_pool
import rows_provider
from bench import claim, doctor, enable, main, play_all, until


def timed():
    """Seconds of one doctor: by the clock, or of work where the machine is busy with other things."""
    started, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    doctor()
    took = time.monotonic() - started
    if os.getloadavg()[0] > 1.5 * os.cpu_count():
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return took


def test():
    code, found = doctor("--pre")
    claim(code == 0 and not found, f"a healthy cluster before enable: exit {code}, {sorted(found)}")
    until({"IPL-PRV-025"}, "not turned on yet")
    enable()
    until(set(), "a healthy enabled cluster")
    took = timed()
    print(f"healthy: no finding, in {took:.1f} s", flush=True)
    claim(took <= 3, f"a full doctor took {took:.1f} s, at most 3 s")
    play_all(rows_metallb.ROWS + rows_pool.ROWS + rows_operator.ROWS + rows_provider.ROWS + rows_cluster.ROWS)


main(test)
