# -*- coding: utf-8 -*-
# SPDX-License-Identifier: Apache-2.0
"""How the modules call iplease, and what they make of its JSON (docs/automation.md)."""

from __future__ import (absolute_import, division, print_function)
__metaclass__ = type

import json
import re

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.dict_transformations import dict_merge
from ansible.module_utils.errors import UnsupportedError

MINIMUM = (0, 1, 0)
HEAD = {'apiVersion': 'iplease.akash.network/v1', 'kind': 'Enablement'}
INSTALL = ('install its Debian package or tarball (role iplease.provider.ip_leases does it: ip_leases_package), '
           'or name the program with the option `binary`')
PROBLEM = ('id', 'severity', 'what', 'saw', 'cause', 'fix', 'exit', 'file', 'line', 'column')
# Only the cluster can answer it: `config validate` refuses settings without a pool, which the cluster may have.
FROM_CLUSTER = 'IPL-CFG-009'
EXIT_DONE = 0
EXIT_UNREACHABLE = 11


def common_arguments():
    return dict(
        settings=dict(type='dict'),
        secret_settings=dict(type='dict', no_log=True),
        flags_file=dict(type='path'),
        binary=dict(type='path', default='iplease'),
        kubeconfig=dict(type='path'),
        context=dict(type='str'),
        expect_cluster=dict(type='str'),
        accept_risks=dict(type='list', elements='str', default=[]),
        state_dir=dict(type='path'),
    )


class IpleaseModule(AnsibleModule):
    """Reports everything that is wrong with the arguments at once, in Ansible's words."""

    def __init__(self, **more):
        own = more.pop('argument_spec', {})
        super(IpleaseModule, self).__init__(
            argument_spec=dict(common_arguments(), **own),
            mutually_exclusive=[('settings', 'flags_file'), ('secret_settings', 'flags_file')],
            supports_check_mode=True, **more)

    def fail_json(self, msg, **result):
        checked = getattr(self, 'validation_result', None)
        if checked is not None and len(checked.error_messages) > 1:
            msg = '; '.join(('Unsupported parameters: ' if isinstance(one, UnsupportedError) else '') + one.msg
                            for one in checked.errors.errors)
        super(IpleaseModule, self).fail_json(msg=msg, **result)


class Answer:
    """What a call of iplease said: its exit code and its JSON documents, one or a stream."""

    def __init__(self, code, documents, said):
        self.code = code
        self.documents = documents
        self.said = said

    def all(self, kind):
        return [one for one in self.documents if one.get('type') == kind]

    def last(self, kind):
        found = self.all(kind)
        return found[-1] if found else None

    def changed(self):
        """The run's own word. Of a run that was cut off: whether a command that writes had begun."""
        result = self.last('result')
        if result is not None:
            return result['changed']
        return any(one['writes'] for one in self.all('command_start'))

    def result(self):
        """The last event of a run and the run's id; neither is there where no run was asked for."""
        event = self.last('result')
        return dict(result=event, run=event['run'] if event else None)

    def plan(self):
        event = self.last('plan')
        return event.get('plan', event) if event else None

    def problems(self):
        """Refusals, diagnostics, reasons why a plan is blocked, and what `doctor` found, in this order."""
        found = [one for refusal in self.all('refusal') for one in refusal['problems']]
        found += self.all('diagnostic')
        if not found and self.plan():
            found += [one for stage in self.plan()['stages'] for one in stage['problems']]
        if not found and self.last('doctor'):
            found += [dict(one, severity='error', saw=one['evidence'])
                      for one in self.last('doctor')['findings'] if one['outcome'] == 'fail']
        return [_problem(one) for one in found]


class Iplease:
    """The program on this host, called for one task."""

    def __init__(self, module):
        self._module = module
        wanted = module.params['binary']
        self._binary = module.get_bin_path(wanted, opt_dirs=['/usr/local/bin'])
        if self._binary is None:
            module.fail_json(msg=f'iplease is not on this host: there is no program {wanted}. Fix: {INSTALL}')
        self._check_version()

    def _check_version(self):
        wanted = '.'.join(map(str, MINIMUM))
        answer = self._call(['version', '-o', 'json'], None)
        told = answer.last('version') or {}
        found = re.match(r'(\d+)\.(\d+)\.(\d+)', str(told.get('version', '')))
        if answer.code != EXIT_DONE or not found or not str(told.get('ui', '')).startswith('1.'):
            self._module.fail_json(
                msg=f'{self._binary} does not answer as an iplease that this collection knows: `version -o json` ended with '
                    f'exit {answer.code}. This collection needs iplease {wanted} or newer. Fix: {INSTALL}',
                exit_code=answer.code)
        if tuple(map(int, found.groups())) < MINIMUM:
            self._module.fail_json(
                msg=f'{self._binary} is iplease {told["version"]}, too old: this collection needs {wanted} or newer. '
                    f'Fix: {INSTALL}',
                exit_code=answer.code, version=told['version'])
        self.version = told['version']

    def run(self, *words):
        """iplease WORDS with the settings of the task; JSON is asked for."""
        options, given = self._settings()
        params = self._module.params
        for option, name in (('--kubeconfig', 'kubeconfig'), ('--context', 'context'),
                             ('--expect-cluster', 'expect_cluster'), ('--state-dir', 'state_dir')):
            if params[name]:
                options += [option, params[name]]
        for risk in params['accept_risks']:
            options += ['--accept-risk', risk]
        return self._call(list(words) + ['-o', 'json', '--no-input', '--quiet', '--color', 'never'] + options, given)

    def check_settings(self):
        """Fails with everything that is wrong with the settings; no cluster is asked."""
        options, given = self._settings()
        if not options:
            return
        answer = self._call(['config', 'validate', '-o', 'json'] + options, given)
        document = answer.last('validation')
        found = [_problem(one) for one in document['problems']] if document else answer.problems()
        found = [one for one in found if one['severity'] == 'error' and one['id'] != FROM_CLUSTER]
        if found:
            self.fail(answer, 'the settings are not valid', problems=found)

    def fail(self, answer, what, problems=None, **result):
        """Ends the task: what, each problem with its id, cause and fix, and the exit code."""
        problems = answer.problems() if problems is None else problems
        lines = [f'iplease: {what} (exit {answer.code})'] + [_in_words(one) for one in problems]
        if not problems and answer.said:
            lines.append(answer.said)
        warn(self._module, answer)
        result.update(changed=answer.changed(), exit_code=answer.code, problems=problems)
        self._module.fail_json(msg='\n'.join(lines), **result)

    def _settings(self):
        """Options that name the settings, and what goes to standard input: settings never get into argv."""
        params = self._module.params
        if params['flags_file']:
            return ['-f', params['flags_file']], None
        if params['settings'] is None and params['secret_settings'] is None:
            return [], None
        merged = dict_merge(params['settings'] or {}, params['secret_settings'] or {})
        return ['-f', '-'], json.dumps(dict(HEAD, **merged), ensure_ascii=False, indent=1)

    def _call(self, words, given):
        code, out, err = self._module.run_command([self._binary] + words, data=given)
        return Answer(code, _documents(out), err.strip())


def warn(module, answer):
    """What does not stop the run becomes a warning of the task."""
    for one in answer.all('warning'):
        module.warn(f'{one["id"]}: {one["what"]}; {one["fix"]}')


def _documents(text):
    """One document over many lines, or one a line. What is not JSON is left out: the exit code tells."""
    found, decoder, at = [], json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return found
        try:
            one, at = decoder.raw_decode(text, at)
        except ValueError:
            return found
        if isinstance(one, dict):
            found.append(one)


def _problem(one):
    kept = {key: one[key] for key in PROBLEM if key in one}
    if kept.get('file') == 'standard input':  # a place that nobody but this module has seen
        kept = {key: kept[key] for key in kept if key not in ('file', 'line', 'column')}
    return kept


def _in_words(one):
    place = f'{one["file"]}:{one["line"]}:{one["column"]}: ' if one.get('line') else ''
    words = f'{one["id"]}: {place}{one["what"]}'
    for key in ('saw', 'cause', 'fix'):
        if one.get(key):
            words += f'\n  {key}: {one[key]}'
    return words
