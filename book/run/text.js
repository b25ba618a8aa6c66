// Printed text as a terminal shows it: a carriage return begins the line anew, and colours are left to the page.

const ESCAPE = "\u001b";
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]`, "g");

export const withoutColours = (/** @type {string} */ text) => text.replace(COLOURS, "");

/** Text that grows at its end, in `place`; only its last line can still change. */
export class Printed {
  #done = new Text();
  #last = new Text();
  #column = 0;

  constructor(/** @type {Element} */ place) {
    place.append(this.#done, this.#last);
  }

  write(/** @type {string} */ text) {
    let done = "";
    let line = this.#last.data;
    for (const piece of withoutColours(text).split(/(\r?\n|\r|[\b])/)) {
      if (piece.endsWith("\n")) {
        done += `${line}\n`;
        line = "";
        this.#column = 0;
      } else if (piece === "\r") this.#column = 0;
      else if (piece === "\b") this.#column = Math.max(0, this.#column - 1);
      else {
        line = line.slice(0, this.#column) + piece + line.slice(this.#column + piece.length);
        this.#column += piece.length;
      }
    }
    this.#done.appendData(done);
    this.#last.data = line;
  }
}
