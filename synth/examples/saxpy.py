"""The first kernel of every tutorial: ``irmill extract`` shows its C++ and CUDA, forward and adjoint."""

import warp as wp


@wp.kernel
def saxpy(a: float, x: wp.array(dtype=float), y: wp.array(dtype=float), out: wp.array(dtype=float)) -> None:
    i = wp.tid()
    out[i] = a * x[i] + y[i]
