"""Driven by lines on standard input: open, call, close. Each is answered by one line of JSON.

Without sessions a basket takes the place of the session: its handle is the client's way to its node.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

from mcp.client import Client


async def tool(client: Client, name: str, arguments: dict) -> str:
    result = await client.call_tool(name, arguments)
    if result.is_error:
        raise RuntimeError(result.content[0].text)
    return result.content[0].text


async def main(url: str) -> None:
    basket: str | None = None
    stack: AsyncExitStack | None = None
    client: Client | None = None
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            if line.strip() == "open":
                stack = AsyncExitStack()
                client = await stack.enter_async_context(Client(url))
                basket = None
                answer = {}
            elif line.strip() == "call":
                answer = json.loads(await tool(client, "whoami", {})) if basket is None else {"session": ""}
                if answer["session"] == "":
                    basket = basket or await tool(client, "open_basket", {})
                    node, count = (await tool(client, "add_to_basket", {"basket": basket, "item": "pear"})).split(" ")
                    answer = {"session": basket, "node": node, "count": int(count)}
            else:
                await stack.aclose()
                answer = {}
            print(json.dumps({"ok": True, **answer}), flush=True)
        except BaseException as error:
            print(json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}), flush=True)


asyncio.run(main(sys.argv[1]))
