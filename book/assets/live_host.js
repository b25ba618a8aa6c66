// Mounts the widgets of a page that has no kernel: from http(s)://, an intranet or a double-clicked file:// alike.
// start(views, css) begins with the views of this page, { stem: view }, and what their style sheets say.
const models = {};
const assets = {};
const views = {};
const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The part of anywidget's model that a page without a kernel can honour, and `author` and `link` beyond it.
class Model {
  constructor(key, state) {
    this.key = key;
    this.author = structuredClone(state);
    this.state = state;
    this.handlers = [];
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (equal(this.state[name], value)) return;
    this.state[name] = value;
    this.trigger(`change:${name}`, this, value);
    this.trigger("change", this);
  }
  save_changes() {
    rememberSoon();
  }
  send() {}
  on(event, handler) {
    this.handlers.push([event, handler]);
  }
  off(event, handler) {
    this.handlers = this.handlers.filter(([e, h]) => (event && e !== event) || (handler && h !== handler));
  }
  trigger(event, ...values) {
    for (const [e, handler] of [...this.handlers]) if (e === event) handler(...values);
  }
  changes() {
    return Object.fromEntries(
      Object.entries(this.state).filter(([name, value]) => !equal(value, this.author[name])),
    );
  }
  link() {
    return location.href.split("#")[0] + fragment([this]);
  }
  asset(name) {
    return loadAsset(name);
  }
}

// ---- the state in the address: #SlidingWindow-1={"bias":2}&... , only what differs from the author's state ----
const fragment = (some) =>
  "#" +
  some
    .filter((model) => Object.keys(model.changes()).length)
    .map((model) => `${model.key}=${encodeURIComponent(JSON.stringify(model.changes()))}`)
    .join("&");

function fromAddress(key) {
  const entry = location.hash
    .slice(1)
    .split("&")
    .find((part) => part.startsWith(`${key}=`));
  if (!entry) return {};
  try {
    return JSON.parse(decodeURIComponent(entry.slice(key.length + 1))) ?? {};
  } catch {
    return {};
  }
}

// Browsers limit how often the address may change, so a drag writes it once, when it rests.
let resting;
function rememberSoon() {
  clearTimeout(resting);
  resting = setTimeout(remember, 300);
}
function remember() {
  const changed = fragment(Object.values(models));
  if (changed === "#" && !Object.keys(models).some((key) => location.hash.includes(`${key}=`))) return;
  try {
    history.replaceState(history.state, "", changed === "#" ? location.pathname + location.search : changed);
  } catch {
    /* some browsers refuse on file:// */
  }
}

// A link may be old or mistyped: only values of the author's kind come in, so that a view never meets a stranger.
function alike(value, example) {
  if (Array.isArray(example))
    return (
      Array.isArray(value) &&
      value.length <= 64 &&
      value.every((item) => example.length === 0 || example.some((one) => alike(item, one)))
    );
  if (example === null) return value === null || Number.isFinite(value);
  if (value === null) return false;
  return (
    typeof value === typeof example &&
    typeof value !== "object" &&
    (typeof value !== "number" || Number.isFinite(value))
  );
}
const accepted = (state, author, kinds) =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([name, value]) =>
        name in author && [author[name], ...(kinds[name] ?? [])].some((example) => alike(value, example)),
    ),
  );

// ---- pictures and other data, fetched as scripts since file:// allows nothing else ----
function loadAsset(name) {
  return (assets[name] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base}assets/${name}.js`;
    script.onload = () => resolve(received[name]);
    script.onerror = () => reject(new Error(`the picture “${name}” could not be loaded`));
    document.head.append(script);
  }));
}
const received = {};
const base = document.currentScript.src.replace(/[^/]*$/, "");

async function mount(place) {
  const { view, key } = place.dataset;
  const author = JSON.parse(place.querySelector("script").textContent);
  const definition = views[view];
  if (!definition) throw new Error(`there is no view “${view}” in this page`);
  const el = document.createElement("div");
  el.dataset.key = key;
  for (const shared of [accepted(fromAddress(key), author, definition.kinds), {}]) {
    const fresh = !models[key];
    const model = (models[key] ??= new Model(key, author));
    if (fresh) Object.assign((model.state = structuredClone(author)), shared);
    try {
      place.before(el);
      await definition.render({ model, el });
      place.remove();
      if (Object.keys(shared).length && !shown) {
        shown = true;
        el.scrollIntoView({ block: "center" });
      }
      return;
    } catch (error) {
      // a state from the address that does not fit: once more with the author's
      el.remove();
      el.replaceChildren();
      if (fresh) delete models[key];
      if (!Object.keys(shared).length) throw error;
    }
  }
}
let shown = false;

async function mountAll() {
  for (const place of document.querySelectorAll(".convbook-mount")) {
    try {
      await mount(place);
    } catch (error) {
      console.error(`${place.dataset.key} stays a picture:`, error);
    }
  }
}
addEventListener("hashchange", () => {
  if (Object.keys(models).some((key) => location.hash.includes(`${key}=`))) location.reload();
}); // a shared link, pasted here

export function start(ours, css) {
  Object.assign(views, ours);
  style(css);
  document.addEventListener("DOMContentLoaded", mountAll); // this script is deferred
}

function style(text) {
  const element = document.createElement("style");
  element.textContent = text;
  document.head.append(element);
}

// What scripts with pictures call, and what tests look into.
window.LiveWidgets = {
  asset: (name, value) => {
    received[name] = value;
  },
  models,
};
