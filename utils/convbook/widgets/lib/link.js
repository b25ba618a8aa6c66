// Turns modules held as text into addresses that import() accepts where no files can be fetched: in a notebook and on file://.
// sources: { "lib/dom.js": "text", ... }. Returns path => blob: URL; each module is made once, after those it imports.
function linkModules(sources) {
  const urls = {};
  const local = /(\bfrom\s*|\bimport\s*)"(\.[^"]+)"/g;
  return function address(path) {
    return (urls[path] ??= URL.createObjectURL(new Blob([sources[path].replace(local, (_, keyword, target) =>
      `${keyword}"${address(new URL(target, "file:///" + path).pathname.slice(1))}"`)], { type: "text/javascript" })));
  };
}
