import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { DashboardOptions } from './dashboard-options.ts';
import { newKey } from './key.ts';
import { isLoopback } from './loopback.ts';

/** `url` contains the secret: it is for whoever started this, and must not be logged. */
export type Dashboard = { readonly url: string; close(): Promise<void> };

export const DASHBOARD_PORT = 8090;

/** Serves the page, and observes the router until it is closed. */
export const startDashboard = async (options: DashboardOptions): Promise<Dashboard> => {
  const { host = '127.0.0.1', port = DASHBOARD_PORT } = options;
  if (!isLoopback(host))
    throw new Error(`the dashboard can stop nodes, so it listens on this machine only: ${host} is no loopback address`);
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${bound}`;
  const hosts = new Set([authority, `localhost:${bound}`, `127.0.0.1:${bound}`, `[::1]:${bound}`]);
  const key = newKey();
  const app = import('./app.ts').then(({ openApp }) => openApp(options, { hosts, key }));
  // Connections are read in a later turn of the event loop, so none is missed.
  server.on('request', (req, res) => {
    app.then(({ answer }) => answer(req, res)).catch(() => res.destroy());
  });
  if (!options.loadLater) await app;
  return {
    url: `http://${authority}/?secret=${key.secret}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      (await app).close();
      await closed;
    },
  };
};
