// What kind of thing a file is, by the end of its name: not every server knows them all.
const TYPES = {
  css: "text/css; charset=utf-8",
  data: "application/octet-stream",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ipynb: "application/x-ipynb+json",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  png: "image/png",
  py: "text/x-python; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  whl: "application/zip",
  woff: "font/woff",
  woff2: "font/woff2",
  zip: "application/zip",
};

/** @returns {string | undefined} */
export const typeOf = (path) => TYPES[path.slice(path.lastIndexOf(".") + 1)];
