// Writes the bundle of entry.js to the standard output, for tools/codemirror.py. By esbuild's interface, not its program:
// that is one of Node's or the machine's own, as the packages happened to be installed.
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["entry.js"],
  banner: { js: "// CodeMirror, bundled by tools/codemirror.py; its licences are in codemirror.txt" },
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  minify: true,
  target: "es2022",
  write: false,
});
process.stdout.write(outputFiles[0].text);
