"""LeNet-5: LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II.B.

As it is taught today: every map of C3 sees all six of S2, the poolings learn nothing, and the last layer is a fully
connected one: 61,706 parameters. In the paper C3 takes only some of the maps, each map of a pooling learns a factor and
a bias, and the last layer measures distances to fixed pictures of the digits: it counts 60,000 trainable parameters.
"""

from convbook.architectures.network import Network
from convbook.shapes import Activation, Block, Conv, Flatten, Linear, Pool

LENET5 = Network(
    "LeNet-5",
    1998,
    [
        Block("C1 and S2", [Conv(6, 5), Activation("tanh"), Pool(2)]),
        Block("C3 and S4", [Conv(16, 5), Activation("tanh"), Pool(2)]),
        Block(
            "C5, F6 and the output",
            [Conv(120, 5), Activation("tanh"), Flatten(), Linear(84), Activation("tanh"), Linear(10)],
        ),
    ],
    input_shape=(1, 32, 32),
)
