import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { OwnerWord } from '../core/which-404.ts';
import { JUST_BACK } from './just-back.ts';
import { recently } from './recently.ts';

export type AskOwner = (url: string) => Promise<OwnerWord>;

/** Only a machine that refuses says that nobody is there. */
const REFUSALS = new Set(['ECONNREFUSED', 'ENOTFOUND']);
const PATIENCE_MS = 500;
/** What a node says of the server behind it: it is gone, or does not answer. */
const WORDS: Readonly<Record<number, OwnerWord>> = { 503: 'refuses', 504: 'silent' };

/** What a node's health URL does. Its heartbeat lives on for a while after a crash, and while it stands still. */
export const askOwner: AskOwner = (url) =>
  new Promise((resolve) => {
    const target = new URL('/healthz', url);
    // Nothing is told to it, so that it does not matter who certifies it.
    const request = target.protocol === 'https:' ? requestHttps : requestHttp;
    const asking = request(target, { agent: false, rejectUnauthorized: false });
    let accepted = false;
    const say = (word: OwnerWord): void => {
      clearTimeout(timer);
      resolve(word);
      asking.destroy();
    };
    const timer = setTimeout(() => say(accepted ? 'silent' : 'unreachable'), PATIENCE_MS);
    asking.on('socket', (socket) => {
      socket.once('connect', () => {
        accepted = true;
      });
    });
    asking.on('response', ({ statusCode = 0, headers }) =>
      // By the proxy's last check it is down: its sessions come here, and go back with the next one.
      say(headers[JUST_BACK] ? 'silent' : (WORDS[statusCode] ?? 'answers')),
    );
    asking.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (REFUSALS.has(code)) return say('refuses');
      // Whoever breaks off has accepted; what became of it, the next question will tell.
      say(accepted || code === 'ECONNRESET' ? 'silent' : 'unreachable');
    });
    asking.end();
  });

const ASK_AGAIN_MS = 1000;
/** URLs come from heartbeats alone, and change with the nodes of a deployment. */
const MAX_OWNERS = 1000;

/** For so long after a node was silent proxies may still take it to be down: their next checks tell them. */
const BACK_MS = 5000;

/** One question for each owner and second, however many requests want to know. */
export const askOwners = (ask: AskOwner, now: () => number): AskOwner => {
  const owners = new Map<string, () => Promise<OwnerWord>>();
  return (url) => {
    const known = owners.get(url);
    if (known) return known();
    if (owners.size >= MAX_OWNERS) owners.clear();
    let silentAt = Number.NEGATIVE_INFINITY;
    const look = async (): Promise<OwnerWord> => {
      const word = await ask(url);
      if (word === 'silent') silentAt = now();
      return word === 'answers' && now() - silentAt < BACK_MS ? 'silent' : word;
    };
    const asked = recently(look, { ms: ASK_AGAIN_MS, now });
    owners.set(url, asked);
    return asked();
  };
};
