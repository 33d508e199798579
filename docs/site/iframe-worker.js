// SPDX-License-Identifier: Apache-2.0
// Search runs in a Worker, which a page that was opened from a file may not start: a frame does it there.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      const ready = new Promise(done => frame.addEventListener("load", () => {
        const script = frame.contentDocument.createElement("script");
        frame.contentWindow.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }));
        script.src = url;
        script.onload = done;
        frame.contentDocument.head.append(script);
      }, { once: true }));
      this.postMessage = data =>
        ready.then(() => frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
      frame.hidden = true;
      frame.srcdoc = "<!doctype html>";
      document.body.append(frame);
    }
  };
}
