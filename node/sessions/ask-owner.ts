import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { OwnerState } from '../core/which-404.ts';
import { BACK_MS, JUST_BACK } from './just-back.ts';
import { recently } from './recently.ts';

/** `owner`: what the ids of the node begin with that should answer there. */
export type AskOwner = (url: string, owner: string) => Promise<OwnerState>;

/** Only a refused connection proves that nothing listens there. */
const REFUSALS = new Set(['ECONNREFUSED', 'ENOTFOUND']);
const PATIENCE_MS = 500;
/** A node's report about the server behind it: it is gone, or does not answer. */
const WORDS: Readonly<Record<number, OwnerState>> = { 503: 'refuses', 504: 'silent' };

/** Requests a node's health URL. Its heartbeat remains for a while after a crash, and while it is frozen. */
export const askOwner: AskOwner = (url, owner) =>
  new Promise((resolve) => {
    // It comes from the registry.
    const target = URL.canParse('/healthz', url) ? new URL('/healthz', url) : undefined;
    if (target === undefined || !/^https?:$/.test(target.protocol)) return resolve('unreachable');
    // No secret is sent, so its certificate does not matter.
    const request = target.protocol === 'https:' ? requestHttps : requestHttp;
    const asking = request(target, { agent: false, rejectUnauthorized: false });
    let accepted = false;
    const finish = (state: OwnerState): void => {
      clearTimeout(timer);
      resolve(state);
      asking.destroy();
    };
    const late = (): void => finish(accepted ? 'silent' : 'unreachable');
    // If this process was frozen too, its timers run before the events that arrived meanwhile.
    const timer = setTimeout(() => setImmediate(late), PATIENCE_MS);
    asking.on('socket', (socket) => {
      socket.once('connect', () => {
        accepted = true;
      });
    });
    asking.on('response', ({ statusCode = 0, headers }) => {
      if ((headers['x-mooring-node'] ?? owner) !== owner) return finish('replaced');
      // The proxy's last check found it down: its sessions come here, and return after the next check.
      finish(headers[JUST_BACK] ? 'silent' : (WORDS[statusCode] ?? 'answers'));
    });
    asking.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (REFUSALS.has(code)) return finish('refuses');
      // A peer that breaks off has accepted the connection; the next request will show its state.
      finish(accepted || code === 'ECONNRESET' ? 'silent' : 'unreachable');
    });
    asking.end();
  });

const ASK_AGAIN_MS = 1000;
/** URLs come only from heartbeats, and change with the nodes of a deployment. */
const MAX_OWNERS = 1000;

/** One health request per owner and second, however many requests need the result. */
export const askOwners = (ask: AskOwner, now: () => number): AskOwner => {
  const owners = new Map<string, () => Promise<OwnerState>>();
  return (url, owner) => {
    const name = `${owner} ${url}`;
    const known = owners.get(name);
    if (known) return known();
    if (owners.size >= MAX_OWNERS) owners.clear();
    let silentAt = Number.NEGATIVE_INFINITY;
    const look = async (): Promise<OwnerState> => {
      const state = await ask(url, owner);
      if (state === 'silent') silentAt = now();
      return state === 'answers' && now() - silentAt < BACK_MS ? 'silent' : state;
    };
    const asked = recently(look, { ms: ASK_AGAIN_MS, now });
    owners.set(name, asked);
    return asked();
  };
};
