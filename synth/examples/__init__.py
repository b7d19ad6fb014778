"""Kernels to try the extractor on, as ``irmill extract`` does with anyone's; each file stands alone."""
