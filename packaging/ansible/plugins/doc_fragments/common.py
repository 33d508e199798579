# -*- coding: utf-8 -*-
# SPDX-License-Identifier: Apache-2.0
"""The documentation of the options that every module has."""

from __future__ import (absolute_import, division, print_function)
__metaclass__ = type


class ModuleDocFragment:
    DOCUMENTATION = r'''
options:
  settings:
    description:
      - The keys of the flags file, for example C(pool.addresses). C(iplease config schema) and C(iplease config explain)
        describe them.
      - C(apiVersion) and C(kind) need not be given.
      - iplease itself checks the settings and reports all problems together.
      - The settings go to iplease by its standard input. Relative paths count from the current directory.
      - Ansible logs these settings. Put secrets into I(secret_settings).
    type: dict
  secret_settings:
    description:
      - More settings of the same form, laid over I(settings). Ansible never logs or returns their values.
      - Ansible masks each of these values wherever it occurs in the result. Keep short words and numbers out of here.
    type: dict
  flags_file:
    description:
      - A flags file on the host that runs the module, in place of I(settings).
    type: path
  binary:
    description:
      - The program, by its name on C(PATH) or by its path.
    type: path
    default: iplease
  kubeconfig:
    description:
      - The kubeconfig for every call. Wins over C(cluster.kubeconfig) of the settings.
    type: path
  context:
    description:
      - The context for every call. Wins over C(cluster.context) of the settings.
    type: str
  expect_cluster:
    description:
      - The UID of namespace C(kube-system). iplease does nothing on any other cluster and the task fails.
    type: str
  accept_risks:
    description:
      - The ids of risks that you have read and take, for example C(IPL-POOL-031).
    type: list
    elements: str
    default: []
  state_dir:
    description:
      - The directory of the journals. The default is that of iplease, below the home of the user that runs the module.
      - Runs resume, and C(state=absent) remembers what was there before, only with the same directory.
    type: path
requirements:
  - iplease 0.1.0 or newer on the host that runs the module
  - kubectl and helm there, as iplease uses them
  - python >= 3.6
notes:
  - Run the modules on the provider's control-plane node, as the user that runs iplease by hand, usually root.
  - iplease reads its variables (C(IPLEASE_FILE) and others) from the environment of the task.
'''
