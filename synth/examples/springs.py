"""A struct, a function of one's own and an atomic sum: what they call comes out as ``cpp_support``."""

import warp as wp


@wp.struct
class Spring:
    first: int
    second: int
    rest: float
    stiffness: float


@wp.func
def energy(spring: Spring, distance: float) -> float:
    stretch = distance - spring.rest
    return 0.5 * spring.stiffness * stretch * stretch


@wp.kernel
def total_energy(
    springs: wp.array(dtype=Spring), points: wp.array(dtype=wp.vec3), total: wp.array(dtype=float)
) -> None:
    spring = springs[wp.tid()]
    distance = wp.length(points[spring.first] - points[spring.second])
    wp.atomic_add(total, 0, energy(spring, distance))


@wp.kernel
def integrate(
    points: wp.array(dtype=wp.vec3), velocities: wp.array(dtype=wp.vec3), forces: wp.array(dtype=wp.vec3), step: float
) -> None:
    i = wp.tid()
    velocity = velocities[i] + forces[i] * step
    velocities[i] = velocity
    points[i] = points[i] + velocity * step
