"""One window from its first request to its end: until it is ended, interrupted, or nobody was there for too long."""

from __future__ import annotations

from civium.authority.window.server import WindowServer

ENDED, IDLE = "ended", "idle"


def serve(server: WindowServer) -> str:
    """Answer until the window is over; give why it ended. A running act is stopped first, and the key is forgotten."""
    desk, gate = server.desk, server.gate
    try:
        while not desk.is_over:
            server.handle_request()
            if desk.is_busy:
                gate.see()
            elif gate.is_idle():
                return IDLE
    except KeyboardInterrupt:
        pass
    finally:
        if desk.work is not None:
            desk.work.stop()
            desk.work.wait()
        desk.lock()
        server.server_close()
    return ENDED
