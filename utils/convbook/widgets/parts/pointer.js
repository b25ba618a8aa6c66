// What the pointer or the focus is on for a moment: a cell, or one term of a sum.

/**
 * Keeps it until it is gone from the state: an undo, a smaller size or another view may take it away meanwhile. Every
 * pointer into the state is one of these, so that no view draws what is no longer there.
 * @param {{ repaint: () => void }} card
 * @param {(it: any) => boolean} isThere says whether it is still there in the state that is shown now
 */
export function pointer(card, isThere) {
  let it = null;
  return {
    /** @param {any} next what is pointed at now, or null */
    set(next) {
      it = next;
      card.repaint();
    },
    get() {
      if (it !== null && !isThere(it)) it = null;
      return it;
    },
  };
}
