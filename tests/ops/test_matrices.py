"""The convolution as a matrix: hand-worked numbers, PyTorch, and the convolution itself."""

import numpy as np
from comparing import assert_close
from drawn_calls import layers
from hypothesis import given
from operation_calls import TO_9


def test_a_4x4_picture_and_a_3x3_kernel_give_a_matrix_with_36_weights(engine):
    matrix = engine.conv_matrix(TO_9, (4, 4))
    assert matrix.shape == (4, 16)
    assert np.count_nonzero(matrix) == 36
    assert_close(matrix[0].reshape(4, 4)[:3, :3], TO_9)
    assert_close(matrix[1, 1:], matrix[0, :-1])  # Toeplitz: one step further, one column further


def test_circular_padding_makes_the_matrix_circulant(engine):
    matrix = engine.conv_matrix([[1, 2, 3]], (1, 5), padding=(0, 1), padding_mode="circular")
    for i in range(1, 5):
        assert_close(matrix[i], np.roll(matrix[i - 1], 1))


@given(layers())
def test_im2col_and_col2im_equal_pytorch(engine, torch, call):
    x, settings = call["x"], {key: call[key] for key in ("stride", "padding", "dilation")}
    kernel_size = call["weight"].shape[2:]
    columns = engine.im2col(x, kernel_size, **settings)
    assert_close(columns, torch.nn.functional.unfold(torch.tensor(x), kernel_size, **settings))
    folded = torch.nn.functional.fold(torch.tensor(columns), x.shape[2:], kernel_size, **settings)
    assert_close(engine.col2im(columns, x.shape[2:], kernel_size, **settings), folded)


@given(layers())
def test_the_matrix_is_the_convolution_and_its_transpose_the_gradient(engine, call):
    x, settings = call["x"], {key: call[key] for key in ("stride", "padding", "dilation", "groups")}
    matrix = engine.conv_matrix(call["weight"], x.shape[2:], **settings)
    y = engine.conv2d(x, call["weight"], **settings)
    assert_close(matrix @ x.reshape(len(x), -1).T, y.reshape(len(x), -1).T)
    dx = engine.conv2d_backward(y, x, call["weight"], **settings)[0]
    assert_close(matrix.T @ y.reshape(len(x), -1).T, dx.reshape(len(x), -1).T)
