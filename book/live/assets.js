// Pictures and other data, fetched as scripts, since file:// allows nothing else.

/** @type {Record<string, any>} */
const received = Object.create(null);
/** @type {Record<string, Promise<any>>} */
const asked = Object.create(null);
const base = /** @type {HTMLScriptElement} */ (document.currentScript).src.replace(/[^/]*$/, "");

/** What the script of an asset calls with its content. */
export const receive = (/** @type {string} */ name, /** @type {any} */ value) => {
  received[name] = value;
};

/** The asset of this name, one of `names`: a link may ask for what it likes, and no other script is run for it. */
export function asset(/** @type {string} */ name, /** @type {string[]} */ names) {
  if (!names.includes(name)) return Promise.reject(new Error(`There is no picture “${name}” on this page.`));
  asked[name] ??= fetchScript(name);
  return asked[name];
}

function fetchScript(/** @type {string} */ name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base}assets/${name}.js`;
    const fail = () => {
      delete asked[name]; // the next time may be luckier
      script.remove();
      reject(new Error(`The picture “${name}” could not be loaded.`));
    };
    script.onload = () => (name in received ? resolve(received[name]) : fail()); // a server may send a page instead
    script.onerror = fail;
    document.head.append(script);
  });
}
