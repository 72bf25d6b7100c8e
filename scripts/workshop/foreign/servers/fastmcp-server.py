"""A server of FastMCP as its users write one: a sum for each session, in its session state."""

import sys

from fastmcp import Context, FastMCP

server = FastMCP("sums")


@server.tool
async def add(n: int, ctx: Context) -> str:
    total = (await ctx.get_state("sum") or 0) + n
    await ctx.set_state("sum", total)
    return str(total)


@server.tool
async def length(text: str, ctx: Context) -> str:
    await ctx.report_progress(1, 1)
    return str(len(text))


server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]))
