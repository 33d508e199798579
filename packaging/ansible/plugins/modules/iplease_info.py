#!/usr/bin/python
# -*- coding: utf-8 -*-
# SPDX-License-Identifier: Apache-2.0

from __future__ import (absolute_import, division, print_function)
__metaclass__ = type

DOCUMENTATION = r'''
module: iplease_info
short_description: Reports the state of IP leases on an Akash provider
version_added: 0.1.0
description:
  - Runs C(iplease status). It only reads the cluster.
  - Fails where the cluster cannot be reached. A provider without IP leases is no failure.
author:
  - The iplease authors (!UNKNOWN)
extends_documentation_fragment:
  - iplease.provider.common
options:
  wait:
    description:
      - Wait so long until IP leases are on and healthy, for example C(5m). The task fails when the time is over.
    type: str
attributes:
  check_mode:
    description: The module never changes anything.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
seealso:
  - module: iplease.provider.iplease_enable
  - module: iplease.provider.iplease_doctor
'''

EXAMPLES = r'''
- name: Look at the provider
  iplease.provider.iplease_info:
  register: leases

- name: Say how many addresses are free
  ansible.builtin.debug:
    msg: "{{ leases.status.pools | selectattr('name', 'equalto', 'default') | map(attribute='free') | first }}"
'''

RETURN = r'''
status:
  description: The document of C(iplease status -o json), with the keys of docs/schemas/status.schema.json.
  returned: when iplease ran
  type: dict
  sample:
    state: 'on'
    healthy: true
    pools:
      - name: default
        size: 16
        in_use: 3
        free: 13
exit_code:
  description: The exit code of iplease. C(iplease man) and docs/exit-codes.md list them.
  returned: when iplease ran
  type: int
problems:
  description: What kept iplease from looking. Each problem has id, what, cause, fix and exit.
  returned: when iplease ran
  type: list
  elements: dict
'''

from ansible_collections.iplease.provider.plugins.module_utils.iplease import EXIT_DONE, EXIT_UNREACHABLE, Iplease, IpleaseModule


def main():
    module = IpleaseModule(argument_spec=dict(wait=dict(type='str')))
    iplease = Iplease(module)
    iplease.check_settings()
    answer = iplease.run('status', *(['--wait', module.params['wait']] if module.params['wait'] else []))
    status = answer.last('status')
    if answer.code == EXIT_UNREACHABLE and not answer.problems():
        # status says in words why it reached nothing; doctor says it with id, cause and fix.
        found = iplease.run('doctor', '--pre')
        iplease.fail(answer, 'the cluster cannot be reached', problems=found.problems(), status=status)
    if answer.code != EXIT_DONE or status is None:
        iplease.fail(answer, 'status did not succeed', status=status)
    module.exit_json(changed=False, status=status, exit_code=answer.code, problems=[])


if __name__ == '__main__':
    main()
