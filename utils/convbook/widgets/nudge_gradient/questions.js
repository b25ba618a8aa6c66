// What NudgeGradient asks, a cell of dW, dX or db, and the mistakes that it knows. No DOM here.
import { same } from "../arithmetic/links.js";
import { rounded, sumInWords } from "../arithmetic/numbers.js";
import { linksOf, settingsOf, termsOf, total, valueAt } from "./state.js";
import { NOTHING, nameOf } from "./words.js";

/** What the questions of a state are about. */
export const subject = ({ layer, settings }) => [layer, settings];

export const keyOf = ({ role, at }) => `${role} ${at}`;

const placesOf = ([rows, columns]) =>
  Array.from({ length: rows * columns }, (_, n) => [Math.floor(n / columns), n % columns]);

/** Every cell that can be asked about, those of the kernel first. */
const asked = ({ shapes }) =>
  ["dkernel", "dinput", "dbias"].flatMap((role) => placesOf(shapes[role]).map((at) => ({ role, at })));

/** The first cell after this one that was not asked yet, or null; dW and dX take turns. */
export function nextAsked(now, cell, isAnswered) {
  const open = asked(now).filter((one) => !isAnswered(keyOf(one)) && keyOf(one) !== keyOf(cell));
  return open.find(({ role }) => role !== cell.role) ?? open[0] ?? null;
}

export function question(now, cell) {
  const terms = termsOf(now, cell);
  const truth = valueAt(now, cell);
  return {
    text: `What is ${nameOf(now, cell)}?`,
    key: JSON.stringify([keyOf(cell), subject(now)]),
    truth,
    explain: terms.length ? `${sumInWords(terms)}.` : NOTHING,
    mistakes: [...OWN[cell.role](now, cell, terms), ...common(cell.role, truth, terms)],
    fallback: FALLBACKS[cell.role],
  };
}

const FALLBACKS = {
  dkernel:
    "Find every window in which this weight was used: the pixel that it met there, times the dY of that window, all added up.",
  dinput:
    "Find every output that this pixel fed: its dY, times the weight that the pixel was multiplied by, all added up.",
  dbias: "The bias was added to every output once.",
};

/** What the two numbers of a product are called, where one of them is negative. */
const FACTORS = {
  dkernel: { w: "dY", x: "pixel" },
  dinput: { w: "weight", x: "dY" },
  dbias: { x: "dY" },
};

function common(role, truth, terms) {
  const count = terms.filter(({ pad }) => !pad).length;
  return [
    {
      value: rounded(truth / (count || 1)),
      hint: "That is the mean. Blame adds up: a number that was used more often gets more of it.",
    },
    { value: -truth, hint: "The size is right, the sign is not: dY is y − t, not t − y." },
    ...(role === "dbias" ? ofNumbers(terms) : ofPairs(terms)),
    ...signsLost(role, terms),
  ];
}

/** The blame of the bias is a sum of single numbers: the reader sees no pairs. */
const ofNumbers = (terms) => [
  { value: terms.length, hint: "That is how many outputs there are: add up what their dY are." },
  ...ends(terms).map((value) => ({
    value,
    hint: "That is the dY of one output alone: all of them are added up.",
  })),
];

const ofPairs = (terms) => [
  {
    value: terms.reduce((sum, { x }) => sum + x, 0),
    hint: "Those are the first numbers of the pairs alone: multiply each by its partner.",
  },
  { value: terms.reduce((sum, { w }) => sum + w, 0), hint: "That leaves out one number of each pair." },
  ...ends(terms).map((value) => ({
    value,
    hint: "That is one product alone: what the others bring is added, it does not replace.",
  })),
];

/** The last and the first product of several. */
const ends = (terms) => (terms.length > 1 ? [terms.at(-1), terms[0]].map(({ x, w }) => x * w) : []);

/** What comes out if the minus signs of either numbers are dropped. */
function signsLost(role, terms) {
  const without = (key) => terms.reduce((sum, term) => sum + term.x * term.w * (term[key] < 0 ? -1 : 1), 0);
  return Object.entries(FACTORS[role]).map(([key, name]) => ({
    value: rounded(without(key)),
    hint: `A minus sign was lost: a negative ${name} turns the sign of what it brings.`,
  }));
}

const OWN = {
  dkernel: (now, { at: [u, v] }) => {
    const { dkernel } = now.values;
    const turned = dkernel.at(-1 - u).at(-1 - v);
    return [
      ...otherSettings(now, { role: "dkernel", at: [u, v] }),
      {
        value: turned,
        hint: "You flipped dW: nothing is turned here, the weight at a place gets the pixels that it met.",
      },
      {
        value: total(paired(now, { role: "dkernel", at: [u, v] }, "output")),
        hint: "You multiplied by the outputs. It is their gradient, dY = y − t, that carries the blame.",
      },
    ];
  },
  dinput: (now, cell) => {
    const turned = linksOf(now, cell).map(({ output, kernel: [u, v] }) => ({
      x: valueAt(now, { role: "doutput", at: output }),
      w: now.values.kernel.at(-1 - u).at(-1 - v),
    }));
    return [
      {
        value: notCropped(now, cell.at),
        hint: "You forgot the crop: with padding, dX begins behind the padding.",
      },
      ...otherSettings(now, cell),
      {
        value: total(turned),
        hint: "You flipped the kernel: this pixel gets back the very weights that it was multiplied by.",
      },
    ];
  },
  dbias: ({ values: { output } }) => [
    {
      value: output.flat().reduce((sum, value) => sum + value, 0),
      hint: "That is the sum of the outputs. It is their gradient, dY, that carries the blame.",
    },
  ],
};

const paired = (now, cell, role) =>
  linksOf(now, cell).map(({ source, output }) => ({
    x: source ? valueAt(now, { role: "input", at: source }) : 0,
    w: valueAt(now, { role, at: output }),
  }));

const PLAIN = { stride: 1, padding: 0, dilation: 1 };
const LOST = {
  stride: "The stride is lost: neighbours in dY belong to windows that lie a stride apart.",
  padding: "The padding is lost: the first window begins before the first pixel.",
  dilation: "The dilation is lost: neighbours in the kernel read pixels that lie further apart.",
};

/** What the same sum gives with a setting lost, each that is not the plain one. */
function otherSettings(now, cell) {
  const used = Object.keys(LOST).filter((name) => now[name] !== PLAIN[name]);
  return used.map((name) => {
    const pairs = meetings(now, settingsOf({ ...now, [name]: PLAIN[name] }));
    return { value: SUMS[cell.role](now, pairs, cell.at), hint: LOST[name] };
  });
}

/** Which place of the input each output would read with which weight; there may be no pixel. */
function meetings({ shapes }, { stride, padding, dilation }) {
  return placesOf(shapes.output).flatMap((output) =>
    placesOf(shapes.kernel).map((kernel) => ({
      output,
      kernel,
      input: output.map((index, a) => index * stride[a] + kernel[a] * dilation[a] - padding[a]),
    })),
  );
}

const SUMS = {
  dkernel: ({ values: { input, doutput } }, pairs, at) =>
    sum(
      pairs.filter(({ kernel }) => same(kernel, at)),
      (one) => (pick(input, one.input) ?? 0) * pick(doutput, one.output),
    ),
  dinput: ({ values: { kernel, doutput } }, pairs, at) =>
    sum(
      pairs.filter(({ input }) => same(input, at)),
      (one) => pick(kernel, one.kernel) * pick(doutput, one.output),
    ),
};
const pick = (matrix, [i, j]) => matrix[i]?.[j];
const sum = (all, number) => rounded(all.reduce((before, one) => before + number(one), 0));

/** What stands at this place of the gradient that still has its border. */
function notCropped(now, at) {
  const { padding } = now.settings;
  const there = at.map((index, a) => index - padding[a]);
  const found = now.links.filter(({ input }) => String(input) === String(there));
  return total(
    found.map(({ output, kernel }) => ({
      x: valueAt(now, { role: "doutput", at: output }),
      w: valueAt(now, { role: "kernel", at: kernel }),
    })),
  );
}
