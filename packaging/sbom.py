# SPDX-License-Identifier: Apache-2.0
"""Lists what is linked into the tarball's program, as SPDX 2.3: sbom.py VERSION EPOCH TARBALL, in the root of its build.

Dynamic libraries (the C library, libcurl) are not in the file, so they are not listed."""

import hashlib
import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

# (Debian's package that has it, its name, its licence according to its own project)
LINKED = (
    ('libcli11-dev', 'CLI11', 'BSD-3-Clause'),
    ('libfmt-dev', 'fmt', 'MIT'),
    ('libspdlog-dev', 'spdlog', 'MIT'),
    ('libyaml-cpp-dev', 'yaml-cpp', 'MIT'),
    ('libyaml-dev', 'libyaml', 'MIT'),
    ('nlohmann-json3-dev', 'nlohmann-json', 'MIT'),
    ('libstdc++-12-dev', 'libstdc++', 'GPL-3.0-or-later WITH GCC-exception-3.1'),
    ('libgcc-12-dev', 'libgcc', 'GPL-3.0-or-later WITH GCC-exception-3.1'),
)


def installed(package):
    done = subprocess.run(['dpkg-query', '-W', '-f', '${source:Package} ${Version}', package], check=True, text=True,
                          capture_output=True)
    return done.stdout.split()


def package(name, version, licence, **more):
    return {'SPDXID': 'SPDXRef-' + ''.join(c if c.isalnum() else '-' for c in name), 'name': name, 'versionInfo': version,
            'downloadLocation': 'NOASSERTION', 'filesAnalyzed': False, 'licenseConcluded': licence,
            'licenseDeclared': licence, 'copyrightText': 'NOASSERTION', **more}


def main():
    version, epoch, tarball = sys.argv[1:]
    digest = hashlib.sha256(Path(tarball).read_bytes()).hexdigest()
    ours = package('iplease', version, 'Apache-2.0', primaryPackagePurpose='APPLICATION', packageFileName=Path(tarball).name,
                   checksums=[{'algorithm': 'SHA256', 'checksumValue': digest}])
    packages = [ours]
    for deb, name, licence in LINKED:
        source, revision = installed(deb)
        packages.append(package(name, revision, licence, externalRefs=[{
            'referenceCategory': 'PACKAGE-MANAGER', 'referenceType': 'purl',
            'referenceLocator': f'pkg:deb/debian/{source.replace("+", "%2B")}@{revision.replace("+", "%2B")}?arch=source'}]))
    relations = [('SPDXRef-DOCUMENT', 'DESCRIBES', ours['SPDXID'])]
    relations += [(ours['SPDXID'], 'STATIC_LINK', one['SPDXID']) for one in packages[1:]]
    json.dump({
        'spdxVersion': 'SPDX-2.3', 'dataLicense': 'CC0-1.0', 'SPDXID': 'SPDXRef-DOCUMENT', 'name': f'iplease-{version}',
        'documentNamespace': f'urn:sha256:{digest}',
        'creationInfo': {'created': datetime.fromtimestamp(int(epoch), timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ'),
                         'creators': ['Tool: iplease-sbom']},
        'packages': packages,
        'relationships': [{'spdxElementId': a, 'relationshipType': kind, 'relatedSpdxElement': b} for a, kind, b in relations],
    }, sys.stdout, indent=2)
    print()


main()
