# SPDX-License-Identifier: Apache-2.0
"""A callback of Ansible for the tests: what each task ended with, one line of JSON each, in $ANSIBLE_RESULTS."""

import json
import os

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: as_json
type: notification
short_description: results as JSON
description: [results as JSON]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "as_json"

    def _keep(self, outcome, result):
        line = {"host": result._host.get_name(), "task": result._task.get_name(), "module": result._task.action,
                "outcome": outcome,
                "result": {key: kept for key, kept in result._result.items() if not key.startswith("_ansible")}}
        with open(os.environ["ANSIBLE_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, cls=AnsibleJSONEncoder) + "\n")

    def v2_runner_on_ok(self, result):
        self._keep("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._keep("failed", result)

    def v2_runner_on_skipped(self, result):
        self._keep("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._keep("unreachable", result)
