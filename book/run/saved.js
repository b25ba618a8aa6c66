// The reader's version of a page, as a notebook: their code, and what it has shown on the page.
import { WIDGET } from "./models.js";

/** @typedef {import("./cells.js").Cell} Cell */
/** @typedef {import("./drafts.js").Draft} Draft */
/** @typedef {import("./outputs.js").Message} Message */

const LOST =
  "## Your code for an earlier edition\n\nThe book has these cells no more. Here is what you wrote in them.";
const JSON_TYPE = /^application\/(.*\+)?json$/; // the one kind that nbformat lets be anything but text

/** The name of the file: apart from the book's own notebook, and a chapter's from that of its exercises. */
export function fileName(/** @type {string} */ notebook) {
  const [name, ...folders] = notebook
    .replace(/\.ipynb$/, "")
    .split("/")
    .slice(1)
    .reverse();
  return `${[name, ...folders, "mine"].join("-")}.ipynb`;
}

// ---- outputs ------------------------------------------------------------------------------------------------------

const isText = (/** @type {any} */ content) => [content].flat().every((part) => typeof part === "string");

/** The forms of an output that outlive the page: a widget without its Python is none. */
const lasting = (/** @type {any} */ data) =>
  Object.fromEntries(
    Object.entries(data).filter(
      ([mime, content]) => mime !== WIDGET && (JSON_TYPE.test(mime) || isText(content)),
    ),
  );

/** What a message becomes in a notebook, by its kind. @type {Record<string, (message: Message) => any>} */
const FORMS = {
  stream: ({ output_type, name = "stdout", text = "" }) => ({ output_type, name, text }),
  error: ({ output_type, ename = "", evalue = "", traceback = [] }) => ({
    output_type,
    ename,
    evalue,
    traceback,
  }),
  display_data: ({ output_type, data, metadata = {} }) => ({ output_type, data: lasting(data), metadata }),
  execute_result: (message) => ({ ...FORMS.display_data(message), execution_count: null }),
};

/** The outputs of a notebook that these messages make; what was printed in pieces is one text. */
function outputsOf(/** @type {Message[]} */ messages) {
  /** @type {any[]} */
  const outputs = [];
  for (const message of messages) {
    const last = outputs.at(-1);
    const goesOn = message.output_type === "stream" && last?.name === message.name;
    if (goesOn) last.text += message.text;
    else outputs.push(FORMS[message.output_type](message));
  }
  return outputs.filter(({ data }) => !data || Object.keys(data).length);
}

/** What the reader's run has put into the cell's place, and no other code; null where the book's output stands there. */
function ownOutputs(/** @type {Cell} */ cell) {
  cell.outputs?.flush();
  if (cell.place.dataset.age) return [];
  return cell.outputs && outputsOf(cell.outputs.lasting);
}

// ---- the notebook -------------------------------------------------------------------------------------------------

/**
 * The notebook with the reader's code in its cells, and with their outputs; code whose cell is gone stands at the end. The
 * book's output stays where it is that of the code above it, too: which of it a cell builds on, only a run has told.
 * @param {any} notebook as the book has it
 * @param {Map<string, Draft>} drafts
 * @param {Cell[]} cells of the page
 */
export function savedNotebook(notebook, drafts, cells) {
  const left = new Map(drafts);
  let isOther = false; // the code down to here than the book's
  for (const cell of notebook.cells.filter((/** @type {any} */ one) => one.cell_type === "code")) {
    const book = [cell.source].flat().join("");
    const words = left.get(cell.id)?.words ?? book;
    left.delete(cell.id);
    isOther ||= words !== book;
    const shown = cells.find((one) => one.id === cell.id && one.words === words);
    const own = shown ? ownOutputs(shown) : null;
    if (!own && words === book && (shown?.names || !isOther)) continue;
    Object.assign(cell, { source: words, outputs: own ?? [], execution_count: null });
  }
  notebook.cells.push(...cellsOfBefore([...left.values()]));
  return notebook;
}

function cellsOfBefore(/** @type {Draft[]} */ drafts) {
  if (!drafts.length) return [];
  const codes = drafts.map(({ words }, n) => ({
    cell_type: "code",
    id: `from-before-${n + 1}`,
    metadata: {},
    source: words,
    outputs: [],
    execution_count: null,
  }));
  return [{ cell_type: "markdown", id: "from-before", metadata: {}, source: LOST }, ...codes];
}
