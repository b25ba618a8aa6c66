// What SeparableFit asks, and what readers get wrong. No DOM here.
import { rank } from "../arithmetic/matrices.js";
import { singularValues } from "./words.js";

const slip = (value, hint) => ({ value, hint });

/** What is asked about: a kernel in space, the whole bank in depth. */
export const topicOf = (now) => (now.spatial ? `kernel ${now.at}` : "bank");

/** @returns {import("../parts/predict.js").Question} */
export const question = (now) => (now.spatial ? spatial(now) : depthwise(now));

function spatial(now) {
  const [kernel] = now.kernels;
  const filled = kernel.filter((row) => row.some((value) => value !== 0));
  const weights = kernel.flat().filter((value) => value !== 0).length;
  return {
    text: "What is the rank of this kernel? Of how many columns × rows is it made?",
    truth: now.shownRank,
    explain: `${singularValues(now)} The rank is how many of them are not 0.`,
    fallback: "Count the rows that no other rows add up to.",
    mistakes: [
      slip(differing(filled), "So many rows differ, but a row may still be a sum of others."),
      slip(
        filled.length,
        "So many rows are not 0, but a row that is a multiple of another brings nothing new.",
      ),
      slip(now.kh, "That is the size. The rank is how many of the rows are independent of each other."),
      slip(weights, "That is how many weights are not 0."),
      slip(filled.length - 1, "Count the rows themselves: 1 is the least, as soon as any weight is not 0."),
      slip(0, "Only a kernel of zeros has rank 0."),
    ],
  };
}

/** How many rows are left when multiples of others are left out. */
function differing(rows) {
  const found = [];
  for (const row of rows) if (found.every((other) => rank([other, row]) > 1)) found.push(row);
  return found.length;
}

function depthwise(now) {
  const { fit, outputs, inputs, kh, kw } = now;
  return {
    text: "At which multiplier is nothing missed any more?",
    truth: Math.max(...fit.ranks),
    explain: `The kernels of one input channel are rows of a matrix: at most ${Math.max(...fit.ranks)} of its singular values are not 0.`,
    fallback:
      "For each input channel write its kernels as rows of one matrix: its rank is the multiplier that it needs.",
    mistakes: [
      slip(
        kh * kw,
        "That is how many weights a kernel has: no channel needs more kernels than it has outputs.",
      ),
      slip(outputs, "So many kernels an input channel has, but some of them may be sums of others."),
      slip(inputs, "That is the number of input channels: each of them is fitted for itself."),
      slip(outputs * inputs, "That is the number of all kernels: each input channel has its own few."),
      slip(kh, "That is the most that columns × rows would need: here whole kernels are shared."),
      slip(
        1,
        "One depthwise kernel for each channel is enough only if all kernels of the channel are multiples of each other.",
      ),
    ],
  };
}

const READABLE = 5; // rows and columns whose numbers are in sight

/** Whether there is something to find: of a kernel numbers to read, in depth several kernels that may have to do with each other. */
const worthAsking = ({ spatial }, bank) => (spatial ? bank[0][0].length <= READABLE : bank.length > 1);

/**
 * The state that is asked about next: the next kernel of a bank that has another rank than this one, for one random kernel
 * is like the other; or the first kernel of the next bank that is worth it.
 */
export function nextAsked(now, banks) {
  const [o, i] = now.at;
  const later = now.bank
    .flat()
    .findIndex((kernel, n) => n > o * now.inputs + i && rank(kernel) !== now.shownRank);
  if (now.spatial && worthAsking(now, now.bank) && later > 0)
    return { kernel: [Math.floor(later / now.inputs), later % now.inputs] };
  const key = JSON.stringify(now.bank);
  const here = banks.findIndex((bank) => JSON.stringify(bank) === key);
  const inTurn = [...banks.slice(here + 1), ...banks.slice(0, here + 1)];
  const bank = inTurn.find((one) => worthAsking(now, one)) ?? inTurn[0];
  return { bank, kernel: [0, 0] };
}
