"""A server of the Python SDK over standard input and output: one process a session, so a global is the session's."""

import asyncio

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import SamplingMessage, TextContent
from pydantic import BaseModel

total = 0
tasks = set()
server = MCPServer("sums")


class Name(BaseModel):
    name: str


@server.tool()
async def add(n: int) -> str:
    global total
    total += n
    return str(total)


@server.tool()
async def echo(message: str) -> str:
    return message


@server.tool()
async def work(steps: int, ctx: Context) -> str:
    for step in range(steps):
        await ctx.report_progress(step + 1, steps)
        await asyncio.sleep(0.02)
    return "done"


@server.tool()
async def ask_model(ctx: Context) -> str:
    asked = SamplingMessage(role="user", content=TextContent(type="text", text="Who are you?"))
    answer = await ctx.session.create_message(messages=[asked], max_tokens=10)
    return answer.content.text


@server.tool()
async def ask_user(ctx: Context) -> str:
    answer = await ctx.elicit("Who are you?", Name)
    return answer.data.name


@server.tool()
async def later(ctx: Context) -> str:
    async def tell() -> None:
        while True:
            await asyncio.sleep(0.5)
            await session.send_tool_list_changed()

    session = ctx.session
    task = asyncio.create_task(tell())
    tasks.add(task)
    return "later"


server.run(transport="stdio")
