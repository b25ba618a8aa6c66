// Runs the golden cases in a page, for test_arithmetic.py. `counted` and `others` hold functions by name; every counted
// one that no case has called is in `unused`.
export function run(counted, others, cases) {
  const used = new Set();
  const get = (all, name) => {
    used.add(name);
    return all[name];
  };
  const js = new Proxy({ ...counted, ...others }, { get });
  return {
    answers: cases.map((one) => answerOf(js, one)),
    unused: Object.keys(counted).filter((name) => !used.has(name)),
  };
}

function answerOf(js, { function: name, arguments: given }) {
  try {
    return { result: CALLS[name](js, given) };
  } catch (error) {
    return { error: /** @type {Error} */ (error).message };
  }
}

// What each output reads, on a row of its own; links and outputs keep their order.
function byOutput(all, read) {
  const rows = {};
  for (const link of all) {
    rows[`y${link.output}`] ??= [];
    rows[`y${link.output}`].push(read(link));
  }
  return Object.values(rows);
}
const flat = (at, shape) => at.reduce((index, place, axis) => index * shape[axis] + place, 0); // as in an array's memory

// Python's names of the settings, and the browser's.
const NAMES = {
  padding_mode: "paddingMode",
  output_padding: "outputPadding",
  ceil_mode: "ceilMode",
  count_include_pad: "countIncludePad",
  return_indices: "returnIndices",
};
const named = (settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [NAMES[name] ?? name, value]));
const written = (js, answer) =>
  Object.fromEntries(Object.entries(answer).map(([name, gradient]) => [name, js.nested(gradient)]));

const gradient = (js, rows, size, unit) => js.gradientAt(js.walk(rows, size).stack, size, unit);

// Grey levels as `slanted` in make_cases.py, and every fifth row and seventh column of a square picture.
const slanted = ([height, width]) => ({
  height,
  width,
  pixels: Array.from(
    { length: height * width },
    (_, n) => (Math.floor(n / width) * 37 + (n % width) * 101) % 256,
  ),
});
const sampled = (js, { side, data }) =>
  js
    .nested({ shape: [side, side], data })
    .filter((_, i) => i % 5 === 0)
    .map((row) => row.filter((_, j) => j % 7 === 0));
// All numbers of a network, as `whole_weights` in make_cases.py.
const slanting = () => Float64Array.from({ length: 3818 }, (_, n) => (((n * 37) % 17) - 8) / 4);
const begun = (js, { way, kernel, stride, start, seed }) => js.startFilters(way, kernel, stride, start, seed);
const enlarging = (js, { size, way, kernel, stride }) =>
  js.prepared(js.smaller(js.scene(slanted(size)), stride), way, kernel, stride);
const zeros = ([rows, columns]) => Array.from({ length: rows }, () => Array(columns).fill(0));
const transposedShape = (js, { input, kernel, ...rest }) =>
  js.convTransposeShape([1, 1, ...input], [1, 1, ...kernel], named(rest)).slice(2);
const dustless = (value) => Number(value.toFixed(11));
const deep = (array, change) =>
  Array.isArray(array) ? array.map((part) => deep(part, change)) : change(array);

// How each function of a case is called in the browser: its arguments in, plain JSON out.
const CALLS = {
  conv2d: (js, { x, weight, ...rest }) => js.nested(js.conv2d(js.tensor(x), js.tensor(weight), named(rest))),
  conv2d_backward: (js, { dy, x, weight, ...rest }) =>
    written(js, js.conv2dBackward(js.tensor(dy), js.tensor(x), js.tensor(weight), named(rest))),
  conv_transpose2d: (js, { x, weight, ...rest }) =>
    js.nested(js.convTranspose2d(js.tensor(x), js.tensor(weight), named(rest))),
  conv_transpose2d_backward: (js, { dy, x, weight, ...rest }) =>
    written(js, js.convTranspose2dBackward(js.tensor(dy), js.tensor(x), js.tensor(weight), named(rest))),
  max_pool2d(js, { x, kernel_size, ...rest }) {
    const answer = js.maxPool2d(js.tensor(x), kernel_size, named(rest));
    return rest.return_indices ? answer.map(js.nested) : js.nested(answer);
  },
  max_pool2d_backward: (js, { dy, x, kernel_size, ...rest }) =>
    js.nested(js.maxPool2dBackward(js.tensor(dy), js.tensor(x), kernel_size, named(rest))),
  avg_pool2d: (js, { x, kernel_size, ...rest }) =>
    js.nested(js.avgPool2d(js.tensor(x), kernel_size, named(rest))),
  avg_pool2d_backward: (js, { dy, x, kernel_size, ...rest }) =>
    js.nested(js.avgPool2dBackward(js.tensor(dy), js.tensor(x), kernel_size, named(rest))),
  blur_pool2d: (js, { x, kernel_size, ...rest }) =>
    js.nested(js.blurPool2d(js.tensor(x), kernel_size, named(rest))),
  blur_pool2d_backward: (js, { dy, x, kernel_size, ...rest }) =>
    js.nested(js.blurPool2dBackward(js.tensor(dy), js.tensor(x), kernel_size, named(rest))),
  gaussian: (js, { size }) => js.gaussian(size),
  relu: (js, { x }) => js.nested(js.relu(js.tensor(x))),
  relu_backward: (js, { dy, x }) => js.nested(js.reluBackward(js.tensor(dy), js.tensor(x))),
  effective_kernel_size: (js, { kernel, dilation }) => js.effectiveKernel(kernel, dilation),
  conv_output_size: (js, { size, kernel, stride, padding, dilation }) =>
    js.outputSize(size, kernel, stride, ...padding, dilation),
  dropped: (js, { size, kernel, stride, padding, dilation }) =>
    js.dropped(size, kernel, stride, ...padding, dilation),
  padding_sides: (js, { padding, size, kernel, stride, dilation }) =>
    js.namedPadding(padding, size, kernel, stride, dilation),
  pool_output_size: (js, { size, kernel, stride, padding, dilation, ceil_mode }) =>
    js.poolOutputSize(size, kernel, stride, padding, dilation, ceil_mode),
  conv_transpose_output_size: (js, { size, kernel, stride, padding, output_padding, dilation }) =>
    js.transposedSize(size, kernel, stride, ...padding, output_padding, dilation),
  output_padding_for: (js, { size, kernel, stride, padding, dilation }) =>
    js.dropped(size, kernel, stride, padding, padding, dilation),
  conv_parameters: (js, { in_channels, out_channels, kernel_size, groups, bias }) =>
    js.convParameters(in_channels, out_channels, kernel_size, groups, bias),
  conv_macs: (js, { positions, in_channels, out_channels, kernel_size, groups }) =>
    js.convMacs(positions, in_channels, out_channels, kernel_size, groups),
  receptive_field: (js, { layers }) => js.receptiveField(layers),
  stack_table(js, { rows, size }) {
    const { table } = js.walk(rows, size);
    const fields = ["size", "jump", "centre"].map((name) => [name, table.map(({ field }) => field[name])]);
    return Object.fromEntries([...fields, ["side", table.map((row) => row.size)]]);
  },
  stack_gradient: (js, { rows, size, unit, scale }) =>
    js.nested({ shape: [size, size], data: gradient(js, rows, size, unit).map((value) => value * scale) }),
  stack_middle: (js, { rows, size, unit }) =>
    js
      .profiles(gradient(js, rows, size, unit), size)
      .map(js.middle)
      .map(({ first, last }) => [first, last]),
  skip_ends: (js, { rows }) =>
    rows
      .flatMap(({ kind }, n) => (kind === "skip" ? [[n, js.otherEnd(rows, n)]] : []))
      .map(([_start, end]) => [js.otherEnd(rows, end), end]),
  stack_cone: (js, { rows, size, at }) => js.cone(rows, js.walk(rows, size).table, size, at)[0],
  summary(js, { text, shape }) {
    const steps = js.walkThrough(js.readLayers(text), shape);
    const finite = (number) => (Number.isFinite(number) ? number : -1);
    const numbers = ({ size, jump, centre }) => [size, jump, centre].map(finite);
    return {
      shapes: steps.map((step) => step.shape),
      costs: steps.map(({ cost }) => [cost.parameters, cost.macs, cost.activations]),
      fields: steps.map(({ fields }) => fields.flatMap(numbers)),
    };
  },
  source_index: (js, { i, size, mode }) => js.sourceIndex(i, size, mode),
  most_padding: (js, { size, mode }) => js.mostPadding(size, mode),
  correlate2d: (js, { picture, kernel, ...rest }) => js.correlate2d(picture, kernel, rest),
  correlate_picture(js, { picture, kernel, bias }) {
    const height = picture.length;
    const width = picture[0].length;
    const shape = [height - kernel.length + 1, width - kernel[0].length + 1];
    return js.nested({
      shape,
      data: [...js.correlatePicture(Float32Array.from(picture.flat()), height, width, kernel, null, bias)],
    });
  },
  rotate180: (js, { matrix }) => js.rotate180(matrix),
  shifted: (js, { picture, by, ...rest }) => js.shifted(picture, by, rest),
  links: (js, settings) =>
    byOutput(js.links(settings), ({ source }) => (source ? flat(source, settings.input) : -1)),
  channel_links: (js, settings) =>
    byOutput(js.channelLinks(settings), ({ input: [c], source, weight }) => [
      source ? flat([c, ...source], settings.input) : -1,
      flat(weight, settings.weight),
    ]),
  transposed: (js, { matrix }) => js.transposed(matrix),
  matmul: (js, { a, b }) => js.matmul(a, b),
  apply: (js, { matrix, vector }) => js.apply(matrix, vector),
  singular_values: (js, { matrix }) => js.svd(matrix).s,
  matrix_rank: (js, { matrix }) => js.rank(matrix),
  truncated: (js, { matrix, rank }) => js.truncated(matrix, rank),
  inverse: (js, { matrix }) => js.inverse(matrix),
  transposed_links(js, settings) {
    const shape = transposedShape(js, settings);
    const maps = Array.from({ length: settings.input[0] * settings.input[1] }, () => zeros(shape));
    for (const { input, kernel, output } of js.transposedLinks(named(settings))) {
      const map = maps[flat(input, settings.input)];
      if (map[output[0]]?.[output[1]] === 0) map[output[0]][output[1]] = flat(kernel, settings.kernel) + 1;
    }
    return maps;
  },
  inserted_places: (js, { input, kernel, ...rest }) =>
    js
      .insertedPlaces(input, kernel, named(rest))
      .map((row) => row.map((source) => (source ? flat(source, input) : -1))),
  transposed_matrix(js, { kernel, input, ...rest }) {
    const settings = { input, kernel: js.shape(kernel), ...rest };
    return js.transposedMatrix(
      kernel,
      js.transposedLinks(named(settings)),
      transposedShape(js, settings),
      input,
    );
  },
  bank_errors: (js, { bank, reading }) => js.fitOf(bank, reading).errors.map(dustless),
  bank_ranks: (js, { bank, reading }) => js.fitOf(bank, reading).ranks,
  nearest_bank: (js, { bank, reading, rank }) =>
    deep(js.nearestBank(bank, js.fitOf(bank, reading), rank), js.tidy),
  spatial_terms: (js, { kernel, rank }) =>
    js
      .spatialTerms(js.svd(kernel), rank)
      .map(({ column, row }) => column.map((a) => row.map((b) => Number((a * b).toFixed(8))))),
  scene: (js, { size }) => sampled(js, js.scene(slanted(size))),
  noise: (js, { seed, count }) => js.noise(seed, count),
  overlap_along: (js, { kernel, stride }) => js.overlapAlong(kernel, stride),
  recipe: (js, { kernel, stride }) => Object.values(js.recipe(kernel, stride)),
  start_filters: (js, settings) => begun(js, settings),
  upsample: (js, settings) => sampled(js, js.upsample(enlarging(js, settings), begun(js, settings))),
  tile: (js, settings) => js.tileOf(settings.way, begun(js, settings), settings.kernel, settings.stride),
  strength: (js, { pattern }) => js.strengthOf(pattern),
  descended(js, settings) {
    const loss = js.lossOf(enlarging(js, settings), js.scene(slanted(settings.size)));
    const { path, losses } = js.descended(loss, begun(js, settings), settings.steps);
    return { filters: path.at(-1).slice(0, 4), losses };
  },
  half_squares: (js, { y, target }) => js.halfSquares(y, target),
  layer_gradients: (js, { settings, ...layer }) => js.layerGradients(layer, settings),
  descent(js, { settings, rate, steps, ...layer }) {
    const path = js.descent(layer, settings, { rate, steps });
    const losses = path.map(({ loss }) => loss);
    return { kernels: path.map(({ kernel }) => kernel), losses, bias: path.at(-1).bias };
  },
  digit_network(js, { input, first_off = [], second_off = [], patch = 0, patch_at = [0, 0] }) {
    const weights = js.arraysOf(slanting());
    const plain = Float64Array.from(input.flat(), (ink) => ink / js.INK);
    const read = js.readDigit(weights, js.covered(plain, patch, patch_at), first_off, second_off);
    return {
      pool: [...read.pool],
      conv2: [...read.conv2],
      scores: [...read.score],
      answer: js.best(read.score),
      falls: patch ? js.falls(weights, plain, patch, 3, first_off, second_off).flat() : [],
    };
  },
  softmax: (js, { scores }) => [...js.softmax(Float64Array.from(scores))],
  unpacked(js, { own, scales, weights }) {
    const heads = (arrays) => Object.values(arrays).map((array) => [...array.slice(0, 5)]);
    return { own: heads(js.unpackOwn(own)), epoch: heads(js.unpackEpoch({ scales, weights }, 1)) };
  },
  format: (js, { value }) => js.format(value),
  thousands: (js, { count }) => js.thousands(count),
  parse: (js, { text }) => js.parse(text),
};
