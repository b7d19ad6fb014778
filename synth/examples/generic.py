"""A generic kernel: one text for each overload that the file names. Kernels of a factory differ in their constants."""

from typing import Any

import warp as wp


@wp.kernel
def scale(x: wp.array(dtype=Any), factor: Any, out: wp.array(dtype=Any)) -> None:
    i = wp.tid()
    out[i] = x[i] * factor


wp.overload(scale, [wp.array(dtype=wp.float32), wp.float32, wp.array(dtype=wp.float32)])
wp.overload(scale, [wp.array(dtype=wp.float64), wp.float64, wp.array(dtype=wp.float64)])


def make_power(exponent: int) -> wp.Kernel:
    @wp.kernel
    def power(x: wp.array(dtype=float), out: wp.array(dtype=float)) -> None:
        i = wp.tid()
        value = wp.float32(1.0)
        for _ in range(wp.static(exponent)):
            value = value * x[i]
        out[i] = value

    return power


square = make_power(2)
cube = make_power(3)
