"""A server of the Python SDK as its users write one: a sum for each session, in memory."""

import sys

from mcp.server.mcpserver import Context, MCPServer

sums: dict[str, int] = {}
server = MCPServer("sums")


@server.tool()
async def add(n: int, ctx: Context) -> str:
    key = ctx.headers["mcp-session-id"]
    sums[key] = sums.get(key, 0) + n
    return str(sums[key])


@server.tool()
async def length(text: str, ctx: Context) -> str:
    await ctx.report_progress(1, 1)
    return str(len(text))


server.run(transport="streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
