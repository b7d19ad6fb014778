"""The temporary Prefect server, a process of its own: ``python -m irmill.flows.server_process PORT``.

It serves the API on the loopback until its standard input ends, which is when the run that started it closes the pipe
or dies, however it dies. It is Prefect's own ephemeral server (no UI, no scheduler), as prefect starts it, but for the
way it stops: on end of input, not on a signal, and with exit code 0.
"""

from __future__ import annotations

import os
import sys
import threading

from irmill.flows.settings import LOOPBACK


def serve(port: int) -> None:
    """Serve Prefect's API on the loopback until standard input ends."""
    os.environ["PREFECT__SERVER_EPHEMERAL"] = "1"
    os.environ["PREFECT__SERVER_FINAL"] = "1"
    os.environ["PREFECT_SERVER_UI_ENABLED"] = "false"
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        host=LOOPBACK,
        port=port,
        log_level="error",
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)

    def stop_at_end_of_input() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    server.run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
    os._exit(0)  # the services have stopped and the database is closed: taking the interpreter down costs a second
