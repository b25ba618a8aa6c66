// The editor of a cell: CodeMirror in the place of the printed code, with the same letters, colours and line breaks.
import {
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  Decoration,
  defaultKeymap,
  EditorState,
  EditorView,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  indentWithTab,
  keymap,
  LanguageSupport,
  pythonLanguage,
  RangeSetBuilder,
  syntaxHighlighting,
  syntaxTree,
  tagHighlighter,
  tags,
  ViewPlugin,
} from "./vendor/codemirror.js";

// ---- colours: Pygments' names, as code.css knows them ----------------------------------------------------------------

const CLASSES = [
  [[tags.keyword, tags.operatorKeyword, tags.bool, tags.null], "k"],
  [[tags.string, tags.special(tags.string), tags.escape], "s"],
  [[tags.number], "m"],
  [[tags.function(tags.definition(tags.variableName)), tags.definition(tags.className), tags.meta], "nf"],
  [[tags.comment], "c"],
  [[tags.modifier], "o"], // of keywords the one kind that Pygments leaves in the colour of the text: *names, **options
];
const highlighter = tagHighlighter(
  CLASSES.flatMap(([kinds, name]) => [kinds].flat().map((tag) => ({ tag, class: name }))),
);

const BUILTINS = new Set(
  `abs all any bool callable complex dict dir divmod enumerate filter float format getattr hasattr help id input int
   isinstance issubclass iter len list map max min next object open pow print property range repr reversed round set
   slice sorted staticmethod str sum super tuple type vars zip NotImplemented Ellipsis self cls`.split(/\s+/),
);
const ERROR = /^[A-Z]\w*(Error|Exception|Warning|Iteration)$/;
const builtin = Decoration.mark({ class: "nb" });
const string = Decoration.mark({ class: "s" });
const error = Decoration.mark({ class: "ne" });

function kindOf(name) {
  if (BUILTINS.has(name)) return builtin;
  return ERROR.test(name) ? error : null;
}

// What stands around a value in an f-string is part of the string.
const IN_STRINGS = ["FormatSpec", "FormatConversion"];

function markNames(view) {
  const marks = new RangeSetBuilder();
  for (const { from, to } of view.visibleRanges)
    syntaxTree(view.state).iterate({
      from,
      to,
      enter({ name, from: start, to: end }) {
        const kind = name === "VariableName" && kindOf(view.state.sliceDoc(start, end));
        if (kind) marks.add(start, end, kind);
        if (name === "FormatReplacement") marks.add(start, start + 1, string);
        if (IN_STRINGS.includes(name)) marks.add(start, end, string);
      },
      leave({ name, to: end }) {
        if (name === "FormatReplacement") marks.add(end - 1, end, string);
      },
    });
  return marks.finish();
}

// A line that does not fit goes on as the printed one does: the class and the measure are those of page_shell.py.
function indentLines(view) {
  const lines = new RangeSetBuilder();
  const ranges = view.visibleRanges.length ? view.visibleRanges : [view.viewport]; // an empty text has a line, too
  for (const { from, to } of ranges)
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const style = `--indent:${line.text.length - line.text.trimStart().length}ch`;
      lines.add(line.from, line.from, Decoration.line({ class: "line", attributes: { style } }));
      at = line.to + 1;
    }
  return lines.finish();
}

/** A plugin that decorates what is in view. */
const decorating = (make) =>
  ViewPlugin.define(
    (view) => ({
      decorations: make(view),
      update(change) {
        const parsed = syntaxTree(change.startState) !== syntaxTree(change.state);
        if (change.docChanged || change.viewportChanged || parsed) this.decorations = make(change.view);
      },
    }),
    { decorations: ({ decorations }) => decorations },
  );

const theme = EditorView.theme({
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "inherit", overflow: "visible" },
  ".cm-content": { padding: 0, caretColor: "var(--cb-ink)", outline: "none" },
  ".cm-content .cm-line.line": { padding: "0 0 0 calc(var(--begin) + 2ch)" },
  "&.cm-focused .cm-matchingBracket": {
    background: "var(--cb-line)",
    outline: "1px solid var(--cb-ink-soft)",
  },
  "&.cm-focused .cm-nonmatchingBracket": {
    background: "none",
    textDecoration: "underline wavy var(--cb-warn)",
  },
});

// ---- keys -------------------------------------------------------------------------------------------------------------

// Whoever comes by the keyboard and changes nothing goes on with Tab, as everywhere on the page; once they write, or after
// a click, Tab indents, and Esc gives it back.
const givesTabBack = [
  EditorView.domEventHandlers({
    focus: (_, view) => view.setTabFocusMode(!view.dom.matches(":active, :active *")),
    pointerdown: (_, view) => view.setTabFocusMode(false),
  }),
  EditorView.updateListener.of(({ docChanged, view }) => docChanged && view.setTabFocusMode(false)),
];
const givesTab = { key: "Escape", run: (view) => view.setTabFocusMode(true) ?? false };

/**
 * Puts an editor into `place`, the <pre> of a cell, whose `value` is then what stands in it.
 * @param {HTMLPreElement} place
 * @param {{ words: string, attributes: Record<string, string>, onchange: (words: string) => void }} options
 */
export function openEditor(place, { words, attributes, onchange }) {
  const extensions = [
    theme,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ spellcheck: "false", autocapitalize: "off", ...attributes }),
    new LanguageSupport(pythonLanguage),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    syntaxHighlighting(highlighter),
    [markNames, indentLines].map(decorating),
    [history(), bracketMatching(), closeBrackets(), indentOnInput(), givesTabBack],
    keymap.of([givesTab, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.updateListener.of(({ docChanged, state }) => docChanged && onchange(state.doc.toString())),
  ];
  const view = new EditorView({ state: EditorState.create({ doc: words, extensions }) });
  place.replaceChildren(view.dom);
  Object.defineProperty(place, "value", { get: () => view.state.doc.toString(), configurable: true });
  return {
    /** Puts other words in, which Undo takes back. */
    replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
    /** Goes into the text: selects from one place to another, places in the words, or the one under the pointer. */
    enter({ anchor, head, point }) {
      const at = point ? view.posAtCoords(point, false) : null;
      const within = (place) => Math.min(place, view.state.doc.length);
      view.focus();
      view.dispatch({ selection: { anchor: within(at ?? anchor), head: within(at ?? head) } });
      if (point) view.setTabFocusMode(false);
    },
  };
}
