// A browser that has opened the book keeps it, to read on without a connection: page.js in book/app sees to that, once
// the page has loaded. Not in a frame of somebody else's page, not from a disk, and not on the machine that serves it,
// where whoever builds the book wants to see the newest.
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const address = script.src.replace(/book\.js.*$/, "app.js");
const HERE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function keepBook() {
  if (origin === "null" || self !== top || HERE.test(location.hostname) || !("serviceWorker" in navigator))
    return;
  addEventListener("load", () => {
    document.head.append(Object.assign(document.createElement("script"), { src: address }));
  });
}
