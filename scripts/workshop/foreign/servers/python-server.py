"""An MCP server of the Python SDK as its page shows one; the answer says which process gave it."""

import os

from mcp.server import MCPServer

server = MCPServer("whoami")


@server.tool()
def whoami() -> int:
    """The process that answers."""
    return os.getpid()


server.run("streamable-http", host=os.environ["HOST"], port=int(os.environ["PORT"]))
