// The worker as a page sees it.

/** The book's folder, as an address. */
export const ROOT = new URL(document.documentElement.dataset.content_root, location.href).href;
export const workers = navigator.serviceWorker;

/** Under this name it is remembered that the reader wants nothing kept. */
export const UNWANTED = "keeps nothing";

export const savesData = () => Boolean(/** @type {any} */ (navigator).connection?.saveData);

/** @returns {Promise<any>} what the worker answers */
export function ask(active, question) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage(question, [port2]);
  });
}

export const hello = (active) => ask(active, { ask: "hello" });

/** Until a worker is installed, or has failed to be. @returns {Promise<boolean>} whether it is */
export const installed = (fresh) =>
  new Promise((resolve) => {
    const look = () => {
      if (fresh.state !== "installing") resolve(fresh.state !== "redundant");
    };
    fresh.addEventListener("statechange", look);
    look();
  });
