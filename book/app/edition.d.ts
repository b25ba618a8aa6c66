// What finish_book.py writes in front of the worker: {path: [sha256, bytes]} of what is kept at once, of what the code in
// the pages needs, and of what is kept once it was read.
type Files = Record<string, [string, number]>;
declare const EDITION: { name: string; book: Files; python: Files; more: Files };
