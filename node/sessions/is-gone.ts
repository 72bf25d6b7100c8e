import { connect } from 'node:net';

/** A node that is far away or behind a firewall is not gone: only a machine that refuses says so. */
const REFUSALS = new Set(['ECONNREFUSED', 'ENOTFOUND']);
const PATIENCE_MS = 300;

/**
 * Whether nobody listens at a node's URL any more. Its heartbeat lives on for a while after a crash, and meanwhile its
 * clients would be told to find a node that is not there.
 */
export const isGone = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port, protocol } = new URL(url);
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    });
    const say = (gone: boolean): void => {
      socket.destroy();
      resolve(gone);
    };
    socket.setTimeout(PATIENCE_MS, () => say(false));
    socket.on('connect', () => say(false));
    socket.on('error', (error: NodeJS.ErrnoException) => say(REFUSALS.has(error.code ?? '')));
  });
