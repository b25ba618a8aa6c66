// The picture that is shown: another one takes its time to come, and until then the last one stays.
import { openPicture } from "./album.js";

export class Shown {
  /**
   * @param {import("./card.js").Card} card
   * @param {string} name
   * @param {import("./album.js").Picture} picture
   */
  constructor(card, name, picture) {
    this.card = card;
    this.name = name;
    this.picture = picture;
    this.opening = "";
  }

  /** The picture that the state names; if it does not come, e.g. since it is another reader's own, the first that does. */
  static async first(card) {
    const { model, author } = card;
    const wanted = card.get("picture");
    let why = null;
    for (const name of new Set([wanted, author.picture, ...model.get("pictures")]))
      try {
        const shown = new Shown(card, name, await openPicture(model, name));
        if (why) shown.replace(why);
        return shown;
      } catch (error) {
        why ??= error;
      }
    throw why;
  }

  replace(/** @type {Error} */ { message }) {
    this.card.write({ picture: this.name });
    this.card.warn(`${message} Here is another one.`);
  }

  /** Opens the picture that the state names now. */
  async follow() {
    const { card } = this;
    const name = card.get("picture");
    if (name === this.name || name === this.opening) return;
    this.opening = name;
    const isWanted = () => card.get("picture") === name && !card.signal.aborted;
    try {
      const picture = await openPicture(card.model, name);
      if (!isWanted()) return;
      card.check(card.state()); // its size is known now
      [this.name, this.picture] = [name, picture];
    } catch (error) {
      if (!isWanted()) return;
      card.write({ picture: this.name });
      card.warn(`${/** @type {Error} */ (error).message} The last picture stays.`);
    } finally {
      if (this.opening === name) this.opening = "";
      card.repaint();
    }
  }
}
