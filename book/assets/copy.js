// A button on each block of code that copies it: the lines as they were written, however they are wrapped here.
import { copy } from "../../utils/convbook/widgets/parts/code.js";
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { all } from "./page.js";

const CODE = "article .highlight:has(.line)"; // what was printed has no lines of its own

export function offerCopies() {
  for (const block of all(CODE)) {
    const code = block.querySelector("pre");
    const button = h("button", { type: "button", class: "copy" }, "Copy");
    const said = h("span", { role: "status" });
    button.append(said);
    button.addEventListener("click", async () => {
      const copied = await copy(code.value ?? code.textContent, code); // an editor in it has a value, as a field has
      said.textContent = copied ? "Copied" : "Selected: press Ctrl+C";
      setTimeout(() => said.replaceChildren(), 2000);
    });
    block.append(button);
  }
}
