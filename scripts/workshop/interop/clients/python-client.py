"""Driven by lines on standard input: open, call, close. Each is answered by one line of JSON."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

from mcp.client import Client


async def main(url: str) -> None:
    stack: AsyncExitStack | None = None
    client: Client | None = None
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            if line.strip() == "open":
                stack = AsyncExitStack()
                client = await stack.enter_async_context(Client(url))
                answer = {}
            elif line.strip() == "call":
                result = await client.call_tool("whoami", {})
                answer = json.loads(result.content[0].text)
            else:
                await stack.aclose()
                answer = {}
            print(json.dumps({"ok": True, **answer}), flush=True)
        except BaseException as error:
            print(json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}), flush=True)


asyncio.run(main(sys.argv[1]))
