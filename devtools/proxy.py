"""What nginx is in production: one address for a multi-process server.

Its live updates are served by a process with a port of its own; without this, a browser
on the main port gets none. A connection goes where its first request belongs, which is
enough: a browser opens its websocket on a fresh connection.
"""

import asyncio
import threading

LIVE = b"/websocket"
HEAD_LIMIT = 65536


class Proxy:
    """Forwards 127.0.0.1:port to the HTTP or the live-update port of a server."""

    def __init__(self, port, http_port, live_port):
        self.port = port
        self.http_port = http_port
        self.live_port = live_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        start = asyncio.start_server(
            self._serve, "127.0.0.1", self.port, limit=HEAD_LIMIT
        )
        asyncio.run_coroutine_threadsafe(start, self._loop).result(10)
        return self

    def __exit__(self, *_exc):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _serve(self, reader, writer):
        try:
            line = await reader.readline()
            path = (line.split(b" ") + [b"", b""])[1]
            port = self.live_port if path.startswith(LIVE) else self.http_port
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
            to_writer.write(line)
            await asyncio.gather(_pump(reader, to_writer), _pump(to_reader, writer))
        except (OSError, ValueError):
            writer.close()


async def _pump(reader, writer):
    """Copy until the end, then end the other side as well."""
    try:
        while data := await reader.read(HEAD_LIMIT):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
