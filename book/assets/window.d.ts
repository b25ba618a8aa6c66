// What scripts of a page leave on its window for each other.
declare function applyMode(mode: string): void;
declare const DOCUMENTATION_OPTIONS: { SHOW_SEARCH_SUMMARY: boolean };
declare const Search: {
  htmlToText(...all: string[]): string;
  makeSearchSummary(html: string, words: Iterable<string>, anchor: string): HTMLElement | null;
  _index?: { terms: object; titleterms: object };
};
declare const Documentation: { TRANSLATIONS: Record<string, string> };
interface Window {
  applyMode: typeof applyMode;
  MathJax: object;
  saveNotebook(name: string, text: string): void;
}
