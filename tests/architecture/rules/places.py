# SPDX-License-Identifier: Apache-2.0
"""No committed file names a path of one machine, or a host that is neither an example nor a public project.

Hosts are read from http(s) addresses. Add a new public host to PUBLIC in the commit that needs it.
"""

import re

PATH = re.compile(r'(?<![\w.}\])/-])/(?:work|workspace|farm|opt/wheels|home/(?!(?:USER|op)\b)\w+)(?=/\w)')
SHARED = re.compile(r'(?<![\w/.])shared/(?:design|domain|lab|notes)\b')
HOST = re.compile(r'https?://(?:[^/@\s"\']*@)?([A-Za-z0-9][A-Za-z0-9.-]*)')
EXAMPLE = re.compile(
    r'(?:127|192\.0\.2|198\.51\.100|203\.0\.113|10)(?:\.[0-9.]*)?$|localhost\.?$'
    r'|(?:[\w-]+\.)*example(?:\.(?:com|org|net))?\.?$|(?:[\w-]+\.)+svc(?:\.cluster\.local)?$'
    r'|(?:\w\.)+\w?$|[\w-]+$|[\w.]*\.[A-Z]+$')
PUBLIC = {
    'akash-network.github.io', 'metallb.github.io', 'git.k8s.io', 'www.apache.org', 'www.debian.org', 'github.com',
    'keepachangelog.com', 'kubernetes.io', 'helm.sh', 'metallb.io', 'akash.network',
    'registry.k8s.io', 'json-schema.org', 'semver.org', 'no-color.org',
}
SKIPPED = ('go.sum', 'tests/data/')


def violations(tree):
    found = []
    for name in tree.files():
        if any(part in name for part in SKIPPED) or name.startswith('tests/architecture/'):
            continue
        for number, line in enumerate(tree.text(name).split('\n'), 1):
            for match in [*PATH.finditer(line), *SHARED.finditer(line)]:
                found.append(f'{name}:{number}: {match.group(0)} is a place of one machine')
            for match in HOST.finditer(line):
                host = match.group(1).rstrip('.')
                if host not in PUBLIC and not EXAMPLE.match(host):
                    found.append(f'{name}:{number}: {host} is neither an example nor a public project')
    return found
