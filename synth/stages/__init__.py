"""The synth lane's stages, a file each: kernels -> extract -> build -> dedup.

Rows depend on the configuration, the inputs and the seed alone: they hold no path, no time and no host, and they come
out in the order in which they went in. Only ``cuda_status`` depends on the machine (whether NVRTC and a device are
there).
"""
