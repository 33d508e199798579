#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""site.py IPLEASE BUILD CMAKE: the documentation's site is complete, fits a phone and needs no network, and `explain`
links to it."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import look
import pages

TOP = pathlib.Path(__file__).resolve().parents[3]
IPLEASE, BUILD, CMAKE = sys.argv[1:4]


def output(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more).stdout


class Site(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        """mkdocs checks the links in Markdown, but not those in the HTML that it makes."""
        self.assertGreater(len(SITE), 35)
        self.assertEqual([f'{page.name}: {link}' for page in SITE.values() for link in page.links
                          if not pages.resolves(SITE, page, link)], [])

    def test_lists_are_lists(self):
        """Where a plain Git host renders a list or a code block, the site does too."""
        self.assertEqual([f'{page.name}: {text[:60]}' for page in SITE.values() for text in page.paragraphs
                          if re.search(r'^([-*]|\d+\.) |```|~~~', text, re.M)], [])

    def test_explain_leads_to_the_site(self):
        ids = re.findall(r'^### (IPL-\S+)', (TOP / 'docs/errors.md').read_text(), re.M)
        stages = re.findall(r'^STAGE\(\w+, "([\w-]+)"', (TOP / 'src/stages/stages.def').read_text(), re.M)
        self.assertGreater(len(ids), 200)
        links = []
        for word in [None, 'exit-codes', *stages, *ids]:
            links += (found := re.findall(r'^(?:  docs +|docs  |All ids: )(\S+)$', output(IPLEASE, 'explain', *filter(None, [word])), re.M))
            if word in ids:
                self.assertTrue(len(found) == 1 and found[0].endswith(f'/errors.html#{word.lower()}'), (word, found))
        self.assertGreater(len(links), len(ids) + 2)
        for link in links:
            base, inside, rest = link.partition(f'/{VERSION}/')
            self.assertTrue(inside and pages.resolves(SITE, SITE['index.html'], rest), link)
        if base.startswith('file://'):
            with tempfile.TemporaryDirectory() as root:
                output(CMAKE, '--install', BUILD, env={**os.environ, 'DESTDIR': root})
                for link in links:
                    self.assertTrue(pathlib.Path(root + link.removeprefix('file://').partition('#')[0]).is_file(), link)

    def test_links_to_a_published_site(self):
        with tempfile.TemporaryDirectory() as folder:
            output(CMAKE, '-S', TOP, '-B', folder, '-DBUILD_TESTING=OFF', '-DIPLEASE_DOCS_URL=https://docs.example/iplease/')
            made = (pathlib.Path(folder) / 'generated/iplease/version.hpp').read_text()
        self.assertIn(f'k_docs = "https://docs.example/iplease/{VERSION}/"', made)

    def test_in_a_browser(self):
        with look.Browser(FOLDER.parent) as browser:
            for name in SITE:
                with self.subTest(page=name):
                    self.assertEqual(browser.faults(f'{VERSION}/{name}'), [])
            for start in (f'{browser.address}/{VERSION}/index.html', f'{FOLDER.as_uri()}/index.html'):
                for words, page, heading in (('IPL-MLB-004', 'errors.html#ipl-mlb-004', 'IPL-MLB-004'),
                                             ('strictARP', 'guide/strict-arp.html', 'Strict ARP')):
                    with self.subTest(search=words, start=start):
                        self.assertEqual(browser.search(start, words, f'/{VERSION}/{page}'), (heading, []))


if __name__ == '__main__':
    if why := look.missing():
        print(why)
    made = subprocess.run([TOP / 'docs/site/build'], text=True, stdout=subprocess.PIPE, check=False)
    if made.returncode != 0:
        sys.exit(made.returncode)
    FOLDER = pathlib.Path(made.stdout.strip()).parent
    VERSION = FOLDER.name
    SITE = pages.read(FOLDER)
    if why:
        del Site.test_in_a_browser
    result = unittest.main(argv=sys.argv[:1], exit=False).result
    sys.exit(1 if not result.wasSuccessful() else 125 if why and os.environ.get('CI') != 'true' else bool(why))
