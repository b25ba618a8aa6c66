// The button that chooses the colours: automatic, light or dark. mode.js has applied the choice before the first paint.
import { rememberForGood } from "./memory.js";
import { one } from "./page.js";

const NAMES = { auto: "Colours: automatic", light: "Colours: light", dark: "Colours: dark" };

export function chooseColours() {
  const { dataset } = document.documentElement;
  const button = one(".mode-button");
  const name = () => {
    button.lastElementChild.textContent = NAMES[dataset.mode];
  };
  button.addEventListener("click", () => {
    const systemIsDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const order = systemIsDark ? ["auto", "light", "dark"] : ["auto", "dark", "light"]; // the first click is seen
    applyMode(order[(order.indexOf(dataset.mode) + 1) % 3]);
    name();
    rememberForGood("mode", dataset.mode); // or it holds for this page only
  });
  name();
  button.hidden = false;
}
