// The stage of KernelWall: rows of channels with wires between them, and for each layer its wall and its tensor.
import { h } from "../parts/dom.js";
import { Area, Tiles } from "./fields.js";
import {
  blocksOf,
  channelAt,
  inTensor,
  isJoined,
  layerOf,
  levelOf,
  onWall,
  roleOf,
  runs,
  tilesOf,
} from "./state.js";
import { Wires } from "./wires.js";
import { channelName, tileInWords, written } from "./words.js";

/** The colour of each row of channels: maps in between are outputs of their layer. */
export const COLOUR = { input: "input", hidden: "output", output: "output" };
const NAMES = { input: "inputs x", hidden: "maps in between, h", output: "outputs y" };

/**
 * @param {import("./state.js").Meaning} now
 * @param {{ signal: AbortSignal, onPreview: (cell: any) => void, onPin: (cell: any) => void }} does
 */
export function fieldsOf(now, does) {
  return new Layout(now, does);
}

class Layout {
  constructor(now, does) {
    this.does = does;
    this.Kind = now.isLarge ? Area : Tiles;
    this.rows = [];
    this.wires = now.layers.map(() => new Wires());
    this.crossed = now.isShuffled ? new Wires() : null;
    const levels = now.channels.map((_, level) => this.makeRow(now, level));
    const flow = levels.flatMap((row, level) => [
      row,
      ...(level === 1 && this.crossed ? [this.crossed.el, this.makeRow(now, 1, true)] : []),
      ...(this.wires[level] ? [this.wires[level].el] : []),
    ]);
    this.walls = now.layers.map((_, n) => this.makeTiles(n, (_layer, at) => at, tilesOf(n)));
    this.tensors = now.layers.map((_, n) => this.makeTiles(n, onWall, `tensor${n + 1}`));
    const both = this.walls.map((wall, n) => h("div", { class: "cb-pair" }, wall.el, this.tensors[n].el));
    this.parts = [h("div", { class: "cb-flow" }, ...flow), ...both];
  }

  /** A row of channels; `dealt`: in the order in which the second layer reads them. */
  makeRow(now, level, dealt = false) {
    const role = roleOf(now, level);
    const place = { now }; // the state when something is pointed at
    const cell = (at) => at && { role, at: [dealt ? place.now.order[at[1]] : at[1]] };
    const field = new this.Kind({
      role: COLOUR[role],
      kind: dealt ? "dealt" : role,
      signal: this.does.signal,
      onPreview: (at) => this.does.onPreview(cell(at)),
      onPin: (at) => this.does.onPin(cell(at)),
    });
    field.el.classList.add("cb-channels");
    this.rows.push({ field, level, dealt, place });
    return field.el;
  }

  /** The wall or the tensor of a layer; wallAt(layer, at) says which place of the wall one of its places is. */
  makeTiles(n, wallAt, kind) {
    const place = { layer: null };
    const cell = (at) => at && { role: tilesOf(n), at: wallAt(place.layer, at) };
    const field = new this.Kind({
      role: "kernel",
      kind,
      signal: this.does.signal,
      onPreview: (at) => this.does.onPreview(cell(at)),
      onPin: (at) => this.does.onPin(cell(at)),
    });
    return { field, el: field.el, place };
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {any} now @param {{ cell: any, lit: Set<number>[], blocks: any[], pinned: (cell: any) => boolean, secret: any }} shown */
  paint(now, shown) {
    const widest = Math.max(...now.channels);
    for (const row of this.rows) this.paintRow(now, row, shown);
    now.layers.forEach((layer, n) => {
      const rows = { above: layer.inputs, below: layer.outputs, widest, isLarge: now.isLarge };
      this.wires[n].paint(rows, { blocks: blocksOf(layer), lit: shown.blocks[n], few: false });
      this.paintWall(now, n, shown);
      this.paintTensor(now, n, shown);
    });
  }

  cross(now, all, lit) {
    const channels = now.channels[1];
    const widest = Math.max(...now.channels);
    this.crossed.paint(
      { above: channels, below: channels, widest, isLarge: now.isLarge },
      { blocks: all, lit, few: true },
    );
  }

  paintRow(now, { field, level, dealt, place }, { cell, lit, pinned }) {
    place.now = now;
    const count = now.channels[level];
    const channel = (at) => (dealt ? now.order[at] : at);
    const isHere = cell && levelOf(now, cell) === level;
    const role = roleOf(now, level);
    const litPlaces = [...Array(count).keys()].filter((at) => lit[level].has(channel(at)));
    const name = dealt ? "h after the shuffle" : NAMES[role];
    const at = isHere ? (dealt ? now.places[cell.at[0]] : cell.at[0]) : 0;
    field.paint({
      name,
      extent: String(count),
      rows: 1,
      columns: count,
      kernel: 1,
      here: isHere ? [0, at] : null,
      isThere: () => true,
      blocks: [{ top: 0, left: 0, rows: 1, columns: count }],
      lit: runs(litPlaces).map(([left, columns]) => ({ top: 0, left, rows: 1, columns })),
      label: `${name}: ${count} channels, the arrow keys choose one, Enter pins it`,
      marks: (_, j) => ({
        text: channelName(now, level, channel(j)),
        weight: 0.35,
        on: lit[level].has(channel(j)),
        here: Boolean(isHere) && cell.at[0] === channel(j),
        pinned: pinned({ role, at: [channel(j)] }),
        place: `place ${j}`,
      }),
    });
  }

  paintWall(now, n, shown) {
    const { field, place } = this.walls[n];
    const layer = now.layers[n];
    place.layer = layer;
    const { cell, blocks } = shown;
    const here = cell && layerOf(cell) === n ? cell.at : null;
    const name = now.layers.length > 1 ? `${layer.name}, wall` : "wall";
    field.paint({
      name,
      extent: `${layer.outputs} × ${layer.inputs}`,
      rows: layer.outputs,
      columns: layer.inputs,
      kernel: layer.kernel,
      here,
      isThere: (o, i) => isJoined(layer, [o, i]),
      blocks: blocksOf(layer),
      lit: blocks[n],
      label: `${name}: ${layer.outputs} outputs by ${layer.inputs} inputs, the arrow keys choose a pair, Enter pins it`,
      marks: (o, i) => ({
        ...this.tileMark(now, n, [o, i], shown),
        ticks: {
          top: o ? "" : channelName(now, n, channelAt(now, n, i)),
          left: i ? "" : channelName(now, n + 1, o),
        },
      }),
    });
  }

  paintTensor(now, n, shown) {
    const { field, place } = this.tensors[n];
    const layer = now.layers[n];
    const { cell, blocks, secret } = shown;
    place.layer = layer;
    field.el.style.setProperty("--spare", String(layer.inputs - now.costs[n].shape[1])); // nothing moves when groups change
    field.el.inert = secret.shape;
    if (secret.shape) return this.keepRoom(now, n);
    const { shape } = now.costs[n];
    const onWallOf = (at) => onWall(layer, at);
    const isHere = cell && layerOf(cell) === n && isJoined(layer, cell.at);
    const rows = ({ top, left, ...size }) => ({ top, left: inTensor(layer, [top, left])[1], ...size });
    field.paint({
      name: now.layers.length > 1 ? `${layer.name}, weight` : "weight",
      extent: written(shape),
      rows: shape[0],
      columns: shape[1],
      kernel: layer.kernel,
      here: isHere ? inTensor(layer, cell.at) : null,
      isThere: () => true,
      blocks: [{ top: 0, left: 0, rows: shape[0], columns: shape[1] }],
      lit: blocks[n].map(rows),
      label: `weight ${written(shape)}: the arrow keys choose a kernel, Enter pins it`,
      marks: (o, i) => ({
        ...this.tileMark(now, n, onWallOf([o, i]), shown),
        place: `weight[${o}, ${i}]`,
        ticks: { top: o ? "" : String(i), left: i ? "" : String(o) },
      }),
    });
  }

  /** Where the tensor will stand: as large as its wall, so that nothing tells its shape and nothing moves. */
  keepRoom(now, n) {
    const { field } = this.tensors[n];
    const { outputs, inputs } = now.layers[n];
    field.el.style.setProperty("--spare", "0");
    field.paint({
      name: now.layers.length > 1 ? `${now.layers[n].name}, weight` : "weight",
      extent: "?",
      rows: outputs,
      columns: inputs,
      kernel: 1,
      here: null,
      isThere: () => false,
      blocks: [],
      lit: [],
      label: "weight, still to be predicted",
      marks: () => ({ text: "", weight: 0, absent: true, label: "?" }),
    });
  }

  tileMark(now, n, at, { cell, lit, pinned }) {
    const [o, i] = at;
    const joined = isJoined(now.layers[n], at);
    const here = Boolean(cell) && layerOf(cell) === n && cell.at[0] === o && cell.at[1] === i;
    return {
      text: "",
      weight: joined ? 0.75 : 0,
      absent: !joined,
      on: joined && !here && lit[n].has(channelAt(now, n, i)) && lit[n + 1].has(o),
      here,
      pinned: pinned({ role: tilesOf(n), at }),
      label: tileInWords(now, n, at),
    };
  }
}
