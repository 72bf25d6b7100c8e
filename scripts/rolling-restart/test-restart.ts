import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A command that makes this process act, like a service manager's; its path names the node. */
export const commandFor = async (t: TestContext, act: (node: string) => Promise<number>): Promise<string> => {
  const server = createServer((req, res) => {
    act(req.url!.slice(1)).then(
      (status) => res.writeHead(status).end(),
      (error) => res.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return `${process.execPath} -e 'fetch("${url}/{node}").then((a) => process.exit(a.status === 200 ? 0 : 3))'`;
};
