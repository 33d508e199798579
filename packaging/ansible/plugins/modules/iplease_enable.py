#!/usr/bin/python
# -*- coding: utf-8 -*-
# SPDX-License-Identifier: Apache-2.0

from __future__ import (absolute_import, division, print_function)
__metaclass__ = type

DOCUMENTATION = r'''
module: iplease_enable
short_description: Turns IP leases of an Akash provider on, or takes them back
version_added: 0.1.0
description:
  - With C(state=present) runs C(iplease enable) on an existing provider. iplease installs and configures what is missing,
    upgrades the provider's release once, and proves by a temporary Service that an address answers.
  - With C(state=absent) runs C(iplease undo), which takes back what C(enable) did, as far as nobody changed it since.
  - A second run changes nothing. After any interruption the same task resumes the run.
  - Only one run at a time works on a cluster. A task that meets another run fails with exit code 8 and names that run.
author:
  - The iplease authors (!UNKNOWN)
extends_documentation_fragment:
  - iplease.provider.common
options:
  state:
    description:
      - Whether IP leases shall be on.
    type: str
    choices: [present, absent]
    default: present
attributes:
  check_mode:
    description: Runs C(iplease plan) or C(iplease undo --dry-run), which only read the cluster.
    support: full
  diff_mode:
    description: Shows the changes of the plan, with secrets masked as iplease masks them.
    support: full
seealso:
  - module: iplease.provider.iplease_info
  - module: iplease.provider.iplease_doctor
'''

EXAMPLES = r'''
- name: Turn IP leases on
  iplease.provider.iplease_enable:
    settings:
      pool:
        addresses: [198.51.100.32/28]

- name: Turn them on with a flags file of the host, on exactly this cluster
  iplease.provider.iplease_enable:
    flags_file: /etc/iplease/flags.yaml
    expect_cluster: 6f0c2f6e-3b0e-4f3c-9a55-0d9f2d1f5a11

- name: Chart values from a vaulted variable
  iplease.provider.iplease_enable:
    settings: "{{ ip_leases_settings }}"
    secret_settings:
      metallb:
        values: "{{ vaulted_metallb_values }}"

- name: Take all of it back
  iplease.provider.iplease_enable:
    state: absent
'''

RETURN = r'''
changed:
  description:
    - Whether iplease began a command that writes, as the run's C(result) event says.
    - In check mode, whether the plan has such a command.
  returned: always
  type: bool
exit_code:
  description: The exit code of iplease. C(iplease man) and docs/exit-codes.md list them.
  returned: when iplease ran
  type: int
  sample: 0
run:
  description: The id of the run in C(iplease runs list). Null where no run began.
  returned: when iplease ran
  type: str
  sample: 20261201-123110-yw45
result:
  description: The last event of the run, as iplease printed it. Null in check mode.
  returned: when iplease ran
  type: dict
problems:
  description: What went wrong. Each problem has the keys of docs/schemas/refusal.schema.json.
  returned: when iplease ran
  type: list
  elements: dict
  contains:
    id:
      description: The permanent id; C(iplease explain ID) has more.
      type: str
    what:
      description: What is wrong.
      type: str
    cause:
      description: Why.
      type: str
    fix:
      description: How to fix it.
      type: str
    exit:
      description: The exit code that this problem alone would give.
      type: int
  sample:
    - id: IPL-CFG-003
      severity: error
      what: 'pool.adresses: unknown key'
      saw: ''
      cause: a typing error, or a key of another program's file
      fix: 'known under pool: addresses, avoidBuggyIPs, interfaces'
      exit: 2
stages:
  description: The stages that change something, in the order of the run. Empty where there is nothing to do.
  returned: when iplease ran
  type: list
  elements: dict
  contains:
    stage:
      description: The name of the stage.
      type: str
    change:
      description: create, change or delete.
      type: str
    reason:
      description: Why the stage is needed.
      type: str
    ok:
      description: Whether the stage succeeded. Null where it did not run.
      type: bool
    result:
      description: What the stage proved. Null where it did not end.
      type: str
verified:
  description: The address that was proved and the node that announces it, as the event C(verified) has them.
  returned: when a verification succeeded
  type: dict
kept:
  description: What C(state=absent) left because somebody else changed it, or because iplease did not make it.
  returned: when state is absent and iplease ran to its end
  type: list
  elements: str
'''

from ansible_collections.iplease.provider.plugins.module_utils.iplease import EXIT_DONE, Iplease, IpleaseModule, warn

EXIT_LOCKED = 8
EXIT_KEPT = 10


def stages(answer):
    plan = answer.plan()
    ends = {one['stage']: one for one in answer.all('stage_end')}
    found = []
    for one in plan['stages'] if plan else []:
        if one['change']:
            end = ends.get(one['stage'], {})
            found.append(dict(stage=one['stage'], change=one['change'], reason=one['reason'],
                              ok=end.get('ok'), result=end.get('result')))
    return found


def difference(plan):
    """Ansible's diff of a plan: files as iplease shows them, of everything else its state and the input of the command."""
    found = []
    for stage in plan['stages'] if plan else []:
        for step in stage['steps']:
            if not step['writes'] or stage['stage'] == 'verify':  # a verification takes its Services away again
                continue
            if step['kind'] == 'write':
                found.append(dict(prepared=step['diff']))
                continue
            subject = step.get('subject', step['id'])
            after = f'{subject}: {step.get("expect", step["reason"])}\n' + step.get('stdin', '')
            found.append(dict(before_header=step['id'], before=f'{subject}: {step.get("before", "")}\n',
                              after_header=step['id'], after=after))
    return found


def looked(iplease, present):
    """Check mode: what a run would do."""
    answer = iplease.run('plan') if present else iplease.run('undo', '--dry-run')
    plan = answer.plan()
    if answer.code not in (EXIT_DONE, EXIT_KEPT) or plan is None:
        iplease.fail(answer, 'no plan can be made', stages=stages(answer), **answer.result())
    return answer, plan['changes']


def carried_out(module, iplease, present):
    """The run itself; every end but success ends the task too."""
    answer = iplease.run('enable' if present else 'undo', '--yes')
    good = (EXIT_DONE,) if present else (EXIT_DONE, EXIT_KEPT)
    if answer.code not in good or answer.last('result') is None:
        what = 'another run is at work on this cluster, so this task did not go on' if answer.code == EXIT_LOCKED else \
            f'{"enable" if present else "undo"} did not succeed'
        iplease.fail(answer, what, stages=stages(answer), **dict(answer.result(), **shown(module, answer)))
    return answer, answer.changed()


def shown(module, answer):
    return dict(diff=difference(answer.plan())) if module._diff else {}


def main():
    module = IpleaseModule(argument_spec=dict(state=dict(type='str', choices=['present', 'absent'], default='present')))
    present = module.params['state'] == 'present'
    iplease = Iplease(module)
    iplease.check_settings()
    answer, changed = looked(iplease, present) if module.check_mode else carried_out(module, iplease, present)
    found = dict(answer.result(), changed=changed, exit_code=answer.code, problems=answer.problems(), stages=stages(answer))
    found.update(shown(module, answer))
    warn(module, answer)
    if answer.last('verified'):
        found['verified'] = {key: answer.last('verified')[key] for key in ('address', 'announced_by')}
    if not present:
        undone = answer.last('undone') or {}
        found['kept'] = undone.get('kept', [])
        if found['kept']:
            module.warn('iplease undo left what somebody else changed: ' + '; '.join(found['kept']))
    module.exit_json(**found)


if __name__ == '__main__':
    main()
