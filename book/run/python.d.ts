// What the worker finds in its scope, and in Pyodide's list of packages.
interface LockedPackage {
  name: string;
  file_name: string;
  imports: string[];
  depends: string[];
  size?: number;
}
interface Pyodide {
  loadedPackages: Record<string, string>;
  loadPackage(names: string[], options: Record<string, () => void>): Promise<unknown>;
  runPython(code: string, options: Record<string, unknown>): unknown;
  toPy(value: unknown): PythonNames;
  _api: { on_fatal?: (error: Error) => void };
}
interface PythonNames {
  get(name: string): (...all: unknown[]) => unknown;
  set(name: string, value: unknown): void;
}
declare function importScripts(...addresses: string[]): void;
declare function loadPyodide(options: Record<string, unknown>): Promise<Pyodide>;
