# SPDX-License-Identifier: Apache-2.0
"""The only error that the operator sees: what is wrong and what to do, in one line."""


class LabError(Exception):
    """Shown as one line on standard error. The process exits with 1."""


class CannotRun(LabError):
    """This machine cannot run a lab at all (no root, no namespaces). Exit 125, which skips a test."""
