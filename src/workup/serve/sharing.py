"""One address for several processes, shared out by the kernel.

Processes that accept from one socket take all that waits there whenever they wake, so that one of them can
end up with every connection. Here each has a socket of its own on the address (SO_REUSEPORT, socket(7)), and
the kernel hands connections out among them.
"""

from __future__ import annotations

import socket
from typing import Any

Address = Any  # as `socket.getsockname` gives it: of IPv4 or IPv6


class OwnInEach(socket.socket):
    """A socket that is another one, on the same address, in a process that it is sent to.

    Where it was made it only keeps the address: it does not listen.
    """

    @classmethod
    def on(cls, host: str, port: int) -> OwnInEach:
        """Bound to an address.

        Raises:
            OSError: it is taken, or not ours.
        """
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return cls._bound(family, kind, protocol, address)

    @classmethod
    def _bound(cls, family: int, kind: int, protocol: int, address: Address) -> OwnInEach:
        # asyncio asks for answers without delay (TCP_NODELAY) only where the protocol is named.
        found = cls(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind(address)
        return found

    def __reduce__(self) -> Any:
        return OwnInEach._bound, (self.family, self.type, self.proto, self.getsockname())
