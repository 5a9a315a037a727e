"""The line between a page and its live socket, for tests to cut."""

from playwright.sync_api import Page, WebSocketRoute


class Line:
    """Wraps the page's sockets whose address contains `part`; made before the page opens them."""

    def __init__(self, page: Page, part: str) -> None:
        self.page = page
        self.up = True
        self.opened = 0
        self._sockets: list[WebSocketRoute] = []
        page.route_web_socket(lambda url: part in url, self._open)

    def cut(self) -> None:
        """Ends what is open; nothing new gets through."""
        self.up = False
        for socket in self._sockets:
            socket.close(code=1012)
        self._sockets.clear()

    def restore(self) -> None:
        self.up = True

    def _open(self, socket: WebSocketRoute) -> None:
        if not self.up:
            socket.close(code=1012)
            return
        self.opened += 1
        socket.connect_to_server()
        self._sockets.append(socket)
