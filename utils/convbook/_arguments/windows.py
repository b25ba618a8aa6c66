"""The arguments that say where windows lie: kernel size, stride, padding, dilation."""

from convbook import shapes
from convbook._arguments.call import grown
from convbook.shapes.settings import both_axes


def read_windows(size, kernel_size, stride, padding, dilation):
    """Check where windows of `kernel_size` go on pictures of `size`, and return all four settings as pairs."""
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride, dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
    axes = zip(both_axes("padding", padding), size, kernel_size, stride, dilation, strict=True)
    padding = tuple(shapes.padding_sides(*axis) for axis in axes)
    check_window_fits(kernel_size, dilation, grown(size, padding))
    return kernel_size, stride, padding, dilation


def check_window_fits(kernel_size, dilation, padded_size):
    """Refuse a kernel that spans more pixels than the padded picture has."""
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    if span[0] > padded_size[0] or span[1] > padded_size[1]:
        spread = "" if span == tuple(kernel_size) else f" with dilation {dilation} spans {span} pixels, which"
        raise ValueError(f"kernel {tuple(kernel_size)}{spread} is larger than the padded input {tuple(padded_size)}")
