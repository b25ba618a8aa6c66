"""The static picture of KernelWall: each layer's wall, drawn tile by tile, or group by group where it is large."""

from itertools import product

from convbook.widgets.static import TOP, drawing

DRAWN = 12  # channels that are drawn one by one
SIDE, GAP = 24, 40  # px: a tile, and between two walls


def walls(wall):
    """Draw the walls of all layers side by side."""
    x, tall, body = 0, 0, []
    for n, (layer, channels) in enumerate(zip(wall.layers, wall.channels[:-1], strict=True)):
        tile = SIDE if max(wall.channels) <= DRAWN else SIDE * DRAWN / max(wall.channels)
        name = f"layer {n + 1}" if len(wall.layers) > 1 else "the wall"
        extent = f"{layer.out_channels} outputs × {channels} inputs"
        body.append(f'<g class="kernel" transform="translate({x:g} 0)">{_caption(name, extent)}')
        body.append(f"{_tiles(layer, channels, tile)}</g>")
        x += max(channels * tile, 8 * len(name + extent)) + GAP
        tall = max(tall, TOP + layer.out_channels * tile)
    return drawing(x - GAP, tall, "".join(body))


def _caption(name, extent):
    caption = f'<tspan class="name">{name}</tspan><tspan class="soft" dx="5">{extent}</tspan>'
    return f'<text y="14" font-size="14">{caption}</text>'


def _tiles(layer, channels, tile):
    width, height = channels * tile, layer.out_channels * tile
    ground = f'<rect class="ground" y="{TOP}" width="{width:g}" height="{height:g}" rx="3"/>'
    wide, high = channels // layer.groups * tile, layer.out_channels // layer.groups * tile
    blocks = (_block(group * wide, TOP + group * high, wide, high, tile) for group in range(layer.groups))
    return ground + "".join(blocks)


def _block(x, y, wide, high, tile):
    """Draw the tiles of one group: one by one where there is room, else as one area."""
    if tile < SIDE:
        return _tile(x, y, wide, high)
    places = product(range(round(high / tile)), range(round(wide / tile)))
    return "".join(_tile(x + j * tile + 1, y + i * tile + 1, tile - 2, tile - 2) for i, j in places)


def _tile(x, y, wide, high):
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{min(3, wide / 8):g}" opacity=".6"/>'
