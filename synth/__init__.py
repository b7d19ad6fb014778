"""The kernel synthesiser: Warp kernels, generated and lowered from programs, with their C++ and CUDA, verified."""
