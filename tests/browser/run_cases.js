// Runs the golden cases in a page: async ([linker, sources, cases]) => { answers, unused }, for test_conv_js.py.
async ([linker, sources, cases]) => {
  const address = new Function(`${linker}; return linkModules;`)()(sources), used = new Set();
  const [conv, links, dom] = await Promise.all(["lib/conv.js", "lib/links.js", "lib/dom.js"].map((path) => import(address(path))));
  const js = new Proxy({ ...conv, ...links, ...dom }, { get: (all, name) => { used.add(name); return all[name]; } });
  const { tensor, nested } = js;

  // What each output reads, on a row of its own; links and outputs keep their order.
  function byOutput(all, read) {
    const rows = {};
    for (const link of all) (rows[`y${link.output}`] ??= []).push(read(link));
    return Object.values(rows);
  }
  const flat = (at, shape) => at.reduce((index, place, axis) => index * shape[axis] + place, 0); // as in an array's memory

  // How each function of a case is called in the browser: its arguments in, plain JSON out.
  const call = {
    conv2d: ({ x, weight, padding_mode: paddingMode, ...rest }) => nested(js.conv2d(tensor(x), tensor(weight), { ...rest, paddingMode })),
    max_pool2d: ({ x, kernel_size, ceil_mode: ceilMode, ...rest }) => nested(js.maxPool2d(tensor(x), kernel_size, { ...rest, ceilMode })),
    avg_pool2d: ({ x, kernel_size, ceil_mode: ceilMode, count_include_pad: countIncludePad, ...rest }) =>
      nested(js.avgPool2d(tensor(x), kernel_size, { ...rest, ceilMode, countIncludePad })),
    relu: ({ x }) => nested(js.relu(tensor(x))),
    effective_kernel_size: ({ kernel, dilation }) => js.effectiveKernel(kernel, dilation),
    conv_output_size: ({ size, kernel, stride, padding, dilation }) => js.outputSize(size, kernel, stride, ...padding, dilation),
    dropped: ({ size, kernel, stride, padding, dilation }) => js.dropped(size, kernel, stride, ...padding, dilation),
    padding_sides: ({ padding, size, kernel, stride, dilation }) => js.namedPadding(padding, size, kernel, stride, dilation),
    pool_output_size: ({ size, kernel, stride, padding, ceil_mode }) => js.poolOutputSize(size, kernel, stride, padding, 1, ceil_mode),
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

  const answer = ({ function: name, arguments: given }) => {
    try { return { result: call[name](given) }; } catch (error) { return { error: error.message }; }
  };
  return { answers: cases.map(answer), unused: Object.keys(conv).filter((name) => !used.has(name)) };
}
