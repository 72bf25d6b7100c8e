"""An MCP server of FastMCP as its page shows one; the answer says which process gave it."""

import os

from fastmcp import FastMCP

server = FastMCP("whoami")


@server.tool
def whoami() -> int:
    """The process that answers."""
    return os.getpid()


server.run(transport="http", host=os.environ["HOST"], port=int(os.environ["PORT"]))
