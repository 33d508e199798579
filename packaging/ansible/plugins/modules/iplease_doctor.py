#!/usr/bin/python
# -*- coding: utf-8 -*-
# SPDX-License-Identifier: Apache-2.0

from __future__ import (absolute_import, division, print_function)
__metaclass__ = type

DOCUMENTATION = r'''
module: iplease_doctor
short_description: Finds what keeps leased addresses of an Akash provider from answering
version_added: 0.1.0
description:
  - Runs C(iplease doctor). With I(fix) it also applies the cures that iplease knows.
  - Findings are no failure of the task. Assert on C(healthy) where they shall be.
  - Fails where the cluster cannot be reached, and where a cure fails.
author:
  - The iplease authors (!UNKNOWN)
extends_documentation_fragment:
  - iplease.provider.common
options:
  phase:
    description:
      - C(pre) looks only at what C(enable) checks before it changes anything, C(post) only at what must hold afterwards.
    type: str
    choices: [all, pre, post]
    default: all
  only:
    description:
      - Only the checks with these ids.
    type: list
    elements: str
    default: []
  strict:
    description:
      - Count warnings, and what could not be looked at, as failures.
    type: bool
    default: false
  fix:
    description:
      - Apply the cures.
    type: bool
    default: false
attributes:
  check_mode:
    description: With I(fix), C(changed) says whether there is something to cure. Nothing is written.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
seealso:
  - module: iplease.provider.iplease_enable
  - module: iplease.provider.iplease_info
'''

EXAMPLES = r'''
- name: Look for what is wrong
  iplease.provider.iplease_doctor:
  register: leases

- name: Stop where something is wrong
  ansible.builtin.assert:
    that: leases.healthy
    fail_msg: "{{ leases.problems }}"

- name: Cure what can be cured
  iplease.provider.iplease_doctor:
    fix: true
'''

RETURN = r'''
changed:
  description: Whether a cure wrote something. Always false without I(fix).
  returned: always
  type: bool
healthy:
  description: Whether no check fails. With I(strict) also no warning, and nothing that could not be looked at.
  returned: when iplease looked
  type: bool
findings:
  description: One entry for each check, with the keys of docs/schemas/doctor.schema.json.
  returned: when iplease looked
  type: list
  elements: dict
  sample:
    - id: IPL-MLB-023
      group: MetalLB
      check: Service controller
      outcome: ok
      what: present
      evidence: ''
sum:
  description: How many findings have each outcome.
  returned: when iplease looked
  type: dict
  sample: {ok: 63, warn: 0, fail: 0, could-not-look: 0, not-applicable: 4}
problems:
  description: The findings that fail, with id, what, cause and fix.
  returned: when iplease ran
  type: list
  elements: dict
exit_code:
  description: The exit code of iplease. C(iplease man) and docs/exit-codes.md list them.
  returned: when iplease ran
  type: int
run:
  description: The id of the run that cured something. Null where nothing was cured.
  returned: when iplease ran
  type: str
'''

from ansible_collections.iplease.provider.plugins.module_utils.iplease import EXIT_DONE, Iplease, IpleaseModule, warn

EXIT_NOT_HEALTHY = 4
UNCONFIRMED = 'IPL-CLI-009'  # there is something to cure, and nobody said yes


def words(module):
    params = module.params
    found = ['doctor']
    if params['phase'] != 'all':
        found.append('--' + params['phase'])
    if params['strict']:
        found.append('--strict')
    for one in params['only']:
        found += ['--only', one]
    return found


def would_cure(module, iplease):
    answer = iplease.run(*(words(module) + ['--fix']))
    return any(one['id'] == UNCONFIRMED for one in answer.problems())


def main():
    module = IpleaseModule(argument_spec=dict(
        phase=dict(type='str', choices=['all', 'pre', 'post'], default='all'),
        only=dict(type='list', elements='str', default=[]),
        strict=dict(type='bool', default=False),
        fix=dict(type='bool', default=False),
    ))
    iplease = Iplease(module)
    iplease.check_settings()
    cures = module.params['fix'] and not module.check_mode
    answer = iplease.run(*(words(module) + (['--fix', '--yes'] if cures else [])))
    document = answer.last('doctor')
    if answer.code not in (EXIT_DONE, EXIT_NOT_HEALTHY) or document is None:
        iplease.fail(answer, 'doctor did not succeed', run=answer.result()['run'])
    warn(module, answer)
    changed = would_cure(module, iplease) if module.params['fix'] and module.check_mode else answer.changed()
    module.exit_json(changed=changed, healthy=answer.code == EXIT_DONE, findings=document['findings'], sum=document['sum'],
                     problems=answer.problems(), exit_code=answer.code, run=answer.result()['run'])


if __name__ == '__main__':
    main()
