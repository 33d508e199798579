# SPDX-License-Identifier: Apache-2.0
"""The one error that reaches the operator: what is wrong and what to do, in one line."""


class LabError(Exception):
    """Shown as one line on standard error; the process exits 1."""


class CannotRun(LabError):
    """This machine cannot have a lab at all (no root, no namespaces): exit 125, a test's skip."""
