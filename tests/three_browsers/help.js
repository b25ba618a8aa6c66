// What a reader's hands and eyes need to know of a page; stands before each function that a test runs in it.
window.help = {
  /** The name that a screen reader says, as far as the book goes. */
  name: (el) => (el.getAttribute("aria-label") ?? el.labels?.[0]?.textContent ?? el.textContent).trim(),

  shown: (el) => el.checkVisibility({ visibilityProperty: true }) && el.getBoundingClientRect().width > 0,

  /** The first visible element for `selector` or `selector >> name`. */
  find(target) {
    const [selector, name] = target.split(" >> ");
    const found = [...document.querySelectorAll(selector)].filter(this.shown);
    return found.find((el) => name === undefined || this.name(el) === name);
  },

  isThere(target) {
    return Boolean(this.find(target));
  },

  /** The first of these that can be used, as a target; null if there is none. */
  nameOfFirst(selector) {
    const found = [...document.querySelectorAll(selector)].find((el) => this.shown(el) && !el.disabled);
    return found ? `${selector} >> ${this.name(found)}` : null;
  },

  /** Where to click a target, [x, y], once it rests and lies below nothing; brings it into the window. */
  async restingPlace(target) {
    const el = this.find(target);
    if (!el || el.disabled) return null;
    const { top, bottom } = el.getBoundingClientRect();
    const inSight = top > 80 && bottom < innerHeight - 40; // the header may lie above
    if (!inSight) el.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const before = JSON.stringify(el.getBoundingClientRect());
    await this.frame();
    const box = el.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2].map(Math.round);
    const hit = document.elementFromPoint(x, y);
    const within = hit && (el.contains(hit) || hit.contains(el) || hit.closest("label")?.control === el);
    return JSON.stringify(box) === before && within ? [x, y] : null;
  },

  same: (one, other) => JSON.stringify(one) === JSON.stringify(other),

  /** Lets a page scroll and come to rest. */
  rest: (scroll) =>
    new Promise((then) => {
      let waiting;
      addEventListener("scroll", () => {
        clearTimeout(waiting);
        waiting = setTimeout(then, 250);
      });
      scroll();
    }),

  frame: () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))),

  /**
   * What `question` gives once that is something, or null after a second: then the test asks again. It asks less and
   * less often, and not with each frame, for then the browser would paint each.
   */
  async soon(question) {
    const end = performance.now() + 1000;
    for (let pause = 4; performance.now() < end; pause = Math.min(2 * pause, 128)) {
      const found = await question();
      if (found) return found;
      await new Promise((then) => setTimeout(then, pause));
    }
    return null;
  },

  /** What sticks out of the window, if that makes the page scroll sideways. */
  sideways() {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return [];
    const out = [...document.body.querySelectorAll("*")].filter(
      (el) => el.getBoundingClientRect().right > edge + 0.5,
    );
    return ["the page", ...out.map((el) => el.outerHTML.slice(0, 80))];
  },

  /** What went wrong in this page, and what it asked others for. */
  complaints() {
    const ours = [
      location.origin === "null" ? "file://" : `${location.origin}/`,
      "file://",
      "data:",
      "blob:",
    ];
    const asked = performance.getEntriesByType("resource").map(({ name }) => name);
    const others = asked.filter((name) => !ours.some((start) => name.startsWith(start)));
    return [
      ...(window.complaints ?? ["nobody listened"]),
      ...others.map((name) => `another host was asked: ${name}`),
    ];
  },

  everyWidgetIsLive() {
    window.LiveWidgets?.mountAll(); // also those that nobody has come near
    const widgets = [...document.querySelectorAll("[data-widget]")];
    return document.readyState === "complete" && widgets.every((el) => el.dataset.live === "true");
  },
};
