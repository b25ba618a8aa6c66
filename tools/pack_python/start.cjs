// Starts Pyodide as a page does, but under Node, and hands it modules.py: node start.cjs FOLDER LOCK RESULT
// FOLDER has Pyodide's files, LOCK names the packages among them; RESULT is where modules.py writes to.
const { readFileSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const [folder, lock, result] = process.argv.slice(2).map((path) => resolve(path));

async function main() {
  const { loadPyodide } = require(join(folder, "pyodide.js"));
  const packages = Object.keys(JSON.parse(readFileSync(lock, "utf-8")).packages);
  const quiet = () => {}; // what Pyodide says of each package that it loads
  const pyodide = await loadPyodide({ indexURL: `${folder}/`, lockFileURL: lock, packages, stdout: quiet });
  const code = readFileSync(join(__dirname, "modules.py"), "utf-8");
  writeFileSync(result, pyodide.runPython(code).toJs());
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
