// Runs the golden cases in a page: ([script, cases]) => { answers, unused }, for test_arithmetic.py. The script returns
// { counted, others }, functions by name; every counted one that no case has called is in `unused`.
([script, cases]) => {
  const { counted, others } = new Function(script)();
  const used = new Set();
  const js = new Proxy({ ...counted, ...others }, { get: (all, name) => { used.add(name); return all[name]; } });
  const { tensor, nested } = js;

  // What each output reads, on a row of its own; links and outputs keep their order.
  function byOutput(all, read) {
    const rows = {};
    for (const link of all) (rows[`y${link.output}`] ??= []).push(read(link));
    return Object.values(rows);
  }
  const flat = (at, shape) => at.reduce((index, place, axis) => index * shape[axis] + place, 0); // as in an array's memory

  // Python's names of the settings, and the browser's.
  const NAMES = { padding_mode: "paddingMode", output_padding: "outputPadding", ceil_mode: "ceilMode", count_include_pad: "countIncludePad", return_indices: "returnIndices" };
  const named = (settings) => Object.fromEntries(Object.entries(settings).map(([name, value]) => [NAMES[name] ?? name, value]));
  const written = (answer) => Object.fromEntries(Object.entries(answer).map(([name, gradient]) => [name, nested(gradient)]));

  // How each function of a case is called in the browser: its arguments in, plain JSON out.
  const call = {
    conv2d: ({ x, weight, ...rest }) => nested(js.conv2d(tensor(x), tensor(weight), named(rest))),
    conv2d_backward: ({ dy, x, weight, ...rest }) => written(js.conv2dBackward(tensor(dy), tensor(x), tensor(weight), named(rest))),
    conv_transpose2d: ({ x, weight, ...rest }) => nested(js.convTranspose2d(tensor(x), tensor(weight), named(rest))),
    conv_transpose2d_backward: ({ dy, x, weight, ...rest }) => written(js.convTranspose2dBackward(tensor(dy), tensor(x), tensor(weight), named(rest))),
    max_pool2d({ x, kernel_size, ...rest }) {
      const answer = js.maxPool2d(tensor(x), kernel_size, named(rest));
      return rest.return_indices ? answer.map(nested) : nested(answer);
    },
    max_pool2d_backward: ({ dy, x, kernel_size, ...rest }) => nested(js.maxPool2dBackward(tensor(dy), tensor(x), kernel_size, named(rest))),
    avg_pool2d: ({ x, kernel_size, ...rest }) => nested(js.avgPool2d(tensor(x), kernel_size, named(rest))),
    avg_pool2d_backward: ({ dy, x, kernel_size, ...rest }) => nested(js.avgPool2dBackward(tensor(dy), tensor(x), kernel_size, named(rest))),
    blur_pool2d: ({ x, kernel_size, ...rest }) => nested(js.blurPool2d(tensor(x), kernel_size, named(rest))),
    blur_pool2d_backward: ({ dy, x, kernel_size, ...rest }) => nested(js.blurPool2dBackward(tensor(dy), tensor(x), kernel_size, named(rest))),
    gaussian: ({ size }) => js.gaussian(size),
    relu: ({ x }) => nested(js.relu(tensor(x))),
    relu_backward: ({ dy, x }) => nested(js.reluBackward(tensor(dy), tensor(x))),
    effective_kernel_size: ({ kernel, dilation }) => js.effectiveKernel(kernel, dilation),
    conv_output_size: ({ size, kernel, stride, padding, dilation }) => js.outputSize(size, kernel, stride, ...padding, dilation),
    dropped: ({ size, kernel, stride, padding, dilation }) => js.dropped(size, kernel, stride, ...padding, dilation),
    padding_sides: ({ padding, size, kernel, stride, dilation }) => js.namedPadding(padding, size, kernel, stride, dilation),
    pool_output_size: ({ size, kernel, stride, padding, dilation, ceil_mode }) => js.poolOutputSize(size, kernel, stride, padding, dilation, ceil_mode),
    conv_transpose_output_size: ({ size, kernel, stride, padding, output_padding, dilation }) =>
      js.transposedSize(size, kernel, stride, ...padding, output_padding, dilation),
    output_padding_for: ({ size, kernel, stride, padding, dilation }) => js.dropped(size, kernel, stride, padding, padding, dilation),
    receptive_field: ({ layers }) => js.receptiveField(layers),
    stack_table({ rows, size }) {
      const { table } = js.walk(rows, size), fields = ["size", "jump", "centre"].map((name) => [name, table.map(({ field }) => field[name])]);
      return Object.fromEntries([...fields, ["side", table.map((row) => row.size)]]);
    },
    stack_gradient: ({ rows, size, unit, scale }) => nested({ shape: [size, size], data: gradient(rows, size, unit).map((value) => value * scale) }),
    stack_middle: ({ rows, size, unit }) => js.profiles(gradient(rows, size, unit), size).map(js.middle).map(({ first, last }) => [first, last]),
    skip_ends: ({ rows }) => rows.flatMap(({ kind }, n) => (kind === "skip" ? [[n, js.otherEnd(rows, n)]] : [])).map(([start, end]) => [js.otherEnd(rows, end), end]),
    stack_cone: ({ rows, size, at }) => js.cone(rows, js.walk(rows, size).table, size, at)[0],
    source_index: ({ i, size, mode }) => js.sourceIndex(i, size, mode),
    most_padding: ({ size, mode }) => js.mostPadding(size, mode),
    correlate2d: ({ picture, kernel, ...rest }) => js.correlate2d(picture, kernel, rest),
    correlate_picture({ picture, kernel, bias }) {
      const height = picture.length, width = picture[0].length, shape = [height - kernel.length + 1, width - kernel[0].length + 1];
      return nested({ shape, data: [...js.correlatePicture(Float32Array.from(picture.flat()), height, width, kernel, null, bias)] });
    },
    rotate180: ({ matrix }) => js.rotate180(matrix),
    shifted: ({ picture, by, ...rest }) => js.shifted(picture, by, rest),
    links: (settings) => byOutput(js.links(settings), ({ source }) => (source ? flat(source, settings.input) : -1)),
    channel_links: (settings) => byOutput(js.channelLinks(settings), ({ input: [c], source, weight }) =>
      [source ? flat([c, ...source], settings.input) : -1, flat(weight, settings.weight)]),
    format: ({ value }) => js.format(value),
    parse: ({ text }) => js.parse(text),
  };

  const gradient = (rows, size, unit) => js.gradientAt(js.walk(rows, size).stack, size, unit);

  const answer = ({ function: name, arguments: given }) => {
    try { return { result: call[name](given) }; } catch (error) { return { error: error.message }; }
  };
  return { answers: cases.map(answer), unused: Object.keys(counted).filter((name) => !used.has(name)) };
}
