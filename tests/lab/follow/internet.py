#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The part of the internet that printed commands refer to, for a lab without a way out: a proxy for HTTPS_PROXY that
answers as github.com and akash-network.github.io. It serves the lab's own CRDs and Akash charts.

internet.py CERTIFICATE KEY VERSION: prints its port. VERSION is that of the provider whose CRDs it serves."""

import http.server
import pathlib
import ssl
import sys
import urllib.error
import urllib.request

CERTIFICATE, KEY, VERSION = sys.argv[1:]
CRD = pathlib.Path(__file__).resolve().parent.parent / "akash" / "crd.yaml"
PAGES = {f"github.com/akash-network/provider/raw/v{VERSION}/pkg/apis/akash.network/crd.yaml": CRD.as_uri()}
CHARTS = "akash-network.github.io/helm-charts"
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
TLS.load_cert_chain(CERTIFICATE, KEY)


class Proxy(http.server.BaseHTTPRequestHandler):
    host = ""

    def do_CONNECT(self):
        self.host = self.path.partition(":")[0]
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        self.connection = TLS.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.handle_one_request()
        self.close_connection = True

    def do_GET(self):
        page = self.host + self.path
        where = PAGES.get(page, page.replace(CHARTS, "http://127.0.0.1:8879/akash") if page.startswith(CHARTS + "/") else "")
        try:
            body = urllib.request.urlopen(where, timeout=20).read() if where else b""
        except urllib.error.URLError:
            body = b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(server.server_port, flush=True)
server.serve_forever()
