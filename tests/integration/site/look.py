# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium that opens pages of a folder, served on loopback."""

import functools
import http.server
import json
import shutil
import tempfile
import threading

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    webdriver = None

PHONE = {'width': 360, 'height': 740, 'deviceScaleFactor': 1, 'mobile': False}
DESK = {'width': 1280, 'height': 900, 'deviceScaleFactor': 1, 'mobile': False}
FLAGS = ('--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
         '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1')

# Elements wider than the window, unless they scroll by themselves, and images that do not load.
FAULTS = '''
const wide = document.documentElement.scrollWidth, faults = [];
if (wide > innerWidth) faults.push(`${wide} pixels wide in a window of ${innerWidth}`);
const scrolls = e => e && e !== document.body && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
for (const e of document.querySelectorAll("article *"))
  if (e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e))
    faults.push(`cut off: <${e.localName}> ${e.textContent.trim().slice(0, 40)}`);
for (const e of document.images)
  if (!e.complete || !e.naturalWidth) faults.push(`a picture does not load: ${e.getAttribute("src")}`);
return faults;
'''

# The visible link in the first search result.
HIT = '''
return [...document.querySelectorAll(".md-search-result__item:first-child a")].find(
  a => a.href.replace(/[?]h=[^#]*/, "").endsWith(arguments[0]) && a.checkVisibility());
'''

# The heading that the link leads to, once the browser is there.
HEADING = '''
if (!(location.origin + location.pathname + location.hash).endsWith(arguments[0])) return null;
const heading = location.hash ? document.getElementById(location.hash.slice(1)) : document.querySelector("h1");
return heading && heading.textContent.replace("¶", "").trim();
'''


def missing():
    """Why no page can be opened here, or None."""
    if webdriver is None:
        return 'no browser can be asked: apt-get install python3-selenium'
    absent = [name for name in ('chromium', 'chromedriver') if not shutil.which(name)]
    return 'not installed: ' + ', '.join(absent) if absent else None


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Browser:
    def __init__(self, folder):
        self._folder = folder

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(_Quiet, directory=self._folder))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f'http://127.0.0.1:{self._server.server_port}'
        self._profile = tempfile.TemporaryDirectory()
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which('chromium')
        for flag in (*FLAGS, f'--user-data-dir={self._profile.name}'):
            options.add_argument(flag)
        options.set_capability('goog:loggingPrefs', {'performance': 'ALL', 'browser': 'ALL'})
        self.driver = webdriver.Chrome(service=Service(shutil.which('chromedriver')), options=options)
        return self

    def __exit__(self, *_):
        self.driver.quit()
        self._server.shutdown()
        self._server.server_close()
        self._profile.cleanup()

    def open(self, address, window):
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride', window)
        self.driver.get(address)

    def strangers(self):
        """The requests since the last call that went neither to the server nor to the folder."""
        events = [json.loads(entry['message'])['message'] for entry in self.driver.get_log('performance')]
        asked = [event['params']['request']['url'] for event in events if event['method'] == 'Network.requestWillBeSent']
        own = (self.address + '/', self._folder.as_uri() + '/', 'data:', 'blob:', 'about:', 'chrome')
        return [url for url in asked if not url.startswith(own)]

    def faults(self, page):
        """What is wrong with a page on a phone."""
        self.open(f'{self.address}/{page}', PHONE)
        found = self.driver.execute_script(FAULTS)
        found += [f'asks {url}' for url in self.strangers()]
        return found + [entry['message'] for entry in self.driver.get_log('browser') if entry['level'] == 'SEVERE']

    def search(self, start, words, leads_to):
        """Follows the link to LEADS_TO in the first hit for WORDS. Returns the heading there, and requests to other
        hosts."""
        self.open(start, DESK)
        self.driver.find_element(By.CSS_SELECTOR, '[data-md-component=search-query]').send_keys(words)
        # Each letter typed starts its own search.
        link = WebDriverWait(self.driver, 30).until(lambda driver: driver.execute_script(HIT, leads_to))
        link.click()
        heading = WebDriverWait(self.driver, 30).until(lambda driver: driver.execute_script(HEADING, leads_to))
        return heading, self.strangers()
