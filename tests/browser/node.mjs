// Run the code cells of notebooks in Node's Pyodide: node node.mjs PYODIDE WHERE NOTEBOOK…
// A line of JSON for each notebook. There are no pages: of a widget only its Python is run.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...paths] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(folder, "pyodide.mjs")));
const RUN = `
import json, os, sys, traceback
os.environ["MPLBACKEND"] = "agg"
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

def run(cells):
    shell = InteractiveShell.instance()
    found = []
    for place, source in cells:
        with capture_output() as said:
            result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        if error:
            print(f"cell {place}: {error!r}", file=sys.stderr)
        found.append({"cell": place, "text": said.stdout,
                      "error": "".join(traceback.format_exception(error)) if error else ""})
    return json.dumps(found)
`;

for (const path of paths) {
  const cells = JSON.parse(readFileSync(path, "utf8")).cells
    .map((cell, place) => [place, cell.cell_type, [cell.source].flat().join(""),
                           cell.metadata.tags ?? []])
    .filter(([, kind, , tags]) => kind === "code" && !tags.includes("raises-exception"))
    .map(([place, , source]) => [place, source]);
  const quiet = { stdout: () => {}, stderr: (line) => console.error(line) };
  const pyodide = await loadPyodide({ indexURL: resolve(folder) + "/", ...quiet });
  await pyodide.loadPackage(["course-lib", "ipython"], { messageCallback: () => {} });
  const run = pyodide.runPython(RUN + "run");
  const began = process.cpuUsage();
  const found = JSON.parse(run(pyodide.toPy(cells)));
  const used = process.cpuUsage(began);
  console.log(JSON.stringify({ name: basename(path), cells: found,
                               seconds: (used.user + used.system) / 1e6 }));
}
