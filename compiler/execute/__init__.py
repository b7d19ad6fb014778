"""Execution of emitted modules: engines behind one protocol, and the driver that checks what they answer."""
