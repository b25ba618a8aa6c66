// What readers expect a kernel to do, and the pictures that this would make. No DOM here.
import { rotate180 } from "../arithmetic/convolution.js";
import { difference } from "../arithmetic/pixels.js";
import { filtered, mapped, total } from "./state.js";

const THUMBNAILS = 4;
const ALIKE = 3; // grey levels by which two thumbnails differ on average, or they are taken for one

/**
 * What a reader does with the state instead, and what is said to that.
 * @type {[(state: any) => any, string][]}
 */
const MISTAKES = [
  [
    (state) => ({ ...state, kernel: rotate180(state.kernel) }),
    "You flipped the kernel: light and dark sides of the edges have changed places. Deep learning slides it as it stands.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, (_, u, v) => state.kernel[v]?.[u] ?? 0) }),
    "Rows and columns are swapped there. Look in which direction the weights change: that is where this kernel looks for change.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, Math.abs) }),
    "All minus signs are lost there: a negative weight subtracts its pixel.",
  ],
  [
    (state) => ({ ...state, relu: !state.relu }),
    "Look at ReLU: where it is on, negative sums become 0, which is black; where it is off, they stay, darker than middle grey.",
  ],
  [(state) => ({ ...state, bias: 0 }), "The bias is forgotten there: it is added to every pixel."],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, (_, u, v) => +isCentre(state.kernel, u, v)) }),
    "That is the picture as it was: only a single 1 among zeros leaves it alone.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, () => 1 / state.kernel.flat().length) }),
    "That is the average of the window: for it all weights would have to be equal and positive.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, (weight) => -weight) }),
    "All signs are turned there: light and dark have changed places.",
  ],
];

const isCentre = (kernel, u, v) => u === kernel.length >> 1 && v === kernel[0].length >> 1;

/** The truth and the mistakes that look unlike it and unlike each other, in an order that does not give the truth away. */
export function thumbnails(picture, state) {
  const found = [{ ...filtered(picture, state), hint: "" }];
  for (const [slip, hint] of MISTAKES) {
    if (found.length === THUMBNAILS) break;
    const made = { ...filtered(picture, slip(state)), hint };
    if (found.every((other) => differs(other, made))) found.push(made);
  }
  const turn = order(state.kernel) % found.length;
  return [...found.slice(turn), ...found.slice(0, turn)];
}

const differs = (a, b) => difference(a.sums, a.drawn, b.sums, b.drawn) > ALIKE;

// As good as random, and the same whenever the same is asked.
const order = (kernel) =>
  Math.abs(Math.round(total(mapped(kernel, (weight, u, v) => weight * 10 * (3 * u + v + 1))))) + 1;
