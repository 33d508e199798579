# SPDX-License-Identifier: Apache-2.0
"""The pages of a built site: their links, and their link targets."""

import html.parser
import posixpath
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, name, folder):
        super().__init__()
        self.name, self.folder, self.ids, self.links, self.paragraphs = name, folder, set(), set(), []
        self._open = False
        self.feed((folder / name).read_text(encoding='utf-8'))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.add(attrs.get('id'))
        self.links |= {attrs[key] for key in ('href', 'src') if attrs.get(key)}
        if tag == 'p':
            self.paragraphs.append('')
        self._open = tag == 'p' or self._open

    def handle_endtag(self, tag):
        self._open = self._open and tag != 'p'

    def handle_data(self, data):
        if self._open:
            self.paragraphs[-1] += data


def read(folder):
    """Name -> page, without the 404 page."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob('*.html'))]
    return {name: Page(name, folder) for name in names if name != '404.html'}


def resolves(site, page, link):
    """True for a link that leaves the site: this test never contacts another host."""
    to = urllib.parse.urlsplit(link)
    if to.scheme or to.netloc:
        return True
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), urllib.parse.unquote(to.path))) if to.path else page.name
    if name in site:
        return not to.fragment or to.fragment.startswith('__') or urllib.parse.unquote(to.fragment) in site[name].ids
    return (page.folder / name).is_file()
