import { once } from 'node:events';
import { createServer } from 'node:net';
import { type PortOwner, portOwner } from './port-owner.ts';

export type PortChoice = {
  readonly port: number;
  readonly taken?: { readonly port: number; readonly by: PortOwner | undefined };
};

const TRIES = 50;

/** The requested port, or the next free one and the owner of the first. */
export const choosePort = async (host: string, wanted: number): Promise<PortChoice> => {
  for (let port = wanted; port < Math.min(wanted + TRIES, 65_536); port++) {
    if (!(await isFree(host, port))) continue;
    return port === wanted ? { port } : { port, taken: { port: wanted, by: await portOwner(wanted) } };
  }
  throw new Error(`no port from ${wanted} on is free; choose another with --port`);
};

const isFree = async (host: string, port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw new Error(`this user may not use port ${port}; choose one above 1023 with --port`);
    return false;
  } finally {
    server.close();
  }
};
