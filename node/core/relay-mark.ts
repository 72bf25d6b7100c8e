import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keys } from './shared-keys.ts';

/**
 * What two nodes say to each other before one passes a request on to the other. The secret is never sent. On each
 * connection the owner of a session proves first that it has it (challenge, proof); only then follows the request, with
 * a mark that holds for it alone, for this process of the owner, once, and for a moment of the owner's own clock.
 */
/** Where an owner is asked. */
export const PROOF_PATH = '/mooring/peer';
export const CHALLENGE = 'x-mooring-challenge';
export const PROOF = 'x-mooring-proof';
export const MARK = 'x-mooring-relay';
/** Why the other node does not take it. */
export const MARK_REFUSED = 'x-mooring-relay-refused';

/** Whom the challenge is for, and what it must not have been answered with before. */
type Asked = { readonly peer: string; readonly nonce: string };
/** Which process it is, and what its clock says, in milliseconds since any time. */
export type Proof = { readonly boot: string; readonly clock: number };

export const signChallenge = ([key]: Keys, { peer, nonce }: Asked): string =>
  `${nonce} ${macOf(key, ['challenge', peer, nonce])}`;

/** Undefined for whoever does not have the secret, or asks for another node. */
export const proveTo = (keys: Keys, text: string, { peer, boot, clock }: Proof & { readonly peer: string }) => {
  const [nonce = '', mac = '', ...more] = text.split(' ');
  const key = keys.find((one) => isMac(mac, one, ['challenge', peer, nonce]));
  if (key === undefined || more.length > 0) return undefined;
  return `${boot} ${clock} ${macOf(key, ['proof', peer, nonce, boot, `${clock}`])}`;
};

export const readProof = ([key]: Keys, text: string, { peer, nonce }: Asked): Proof | undefined => {
  const [boot = '', clock = '', mac = ''] = text.split(' ');
  return isMac(mac, key, ['proof', peer, nonce, boot, clock]) ? { boot, clock: Number(clock) } : undefined;
};

/** What a mark is for. */
export type Marked = {
  readonly method: string;
  /** As it is sent, query included. */
  readonly path: string;
  /** Empty: the request names none. */
  readonly session: string;
  /** Of the process that it goes to. */
  readonly boot: string;
};
type Signing = Marked & { readonly from: string; readonly clock: number; readonly nonce: string };

export const signMark = ([key]: Keys, signing: Signing): string => {
  const { from, clock, nonce } = signing;
  return `${from} ${clock} ${nonce} ${macOf(key, fieldsOf(signing))}`;
};

/**
 * How long a peer has for its proof. A request that stood still for longer is refused: whoever sent it has given up, and
 * its client may ask again.
 */
export const PATIENCE_MS = 2000;
/** For so long a mark could be used, and is remembered: clocks of two processes do not run exactly alike. */
export const livesFor = (patienceMs: number): number => 2 * patienceMs;

export type MarkVerdict =
  | { readonly kind: 'valid'; readonly from: string }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'forged' | 'late' | 'early' | 'repeated' | 'too-many' };

type Checking = {
  readonly keys: Keys;
  readonly now: number;
  readonly patienceMs: number;
  /** Asked last, so that only those with the secret fill its memory. */
  readonly take: (nonce: string) => 'fresh' | 'repeated' | 'too-many';
};

export const checkMark = (text: string, marked: Marked, { keys, now, patienceMs, take }: Checking): MarkVerdict => {
  const [from = '', clock = '', nonce = '', mac = '', ...more] = text.split(' ');
  if (mac === '' || more.length > 0 || !/^\d{1,15}$/.test(clock)) return refused('malformed');
  const signed = { ...marked, from, clock: Number(clock), nonce };
  if (!keys.some((key) => isMac(mac, key, fieldsOf(signed)))) return refused('forged');
  const age = now - signed.clock;
  if (age > patienceMs) return refused('late');
  if (age < -patienceMs) return refused('early');
  const taken = take(nonce);
  return taken === 'fresh' ? { kind: 'valid', from } : refused(taken);
};

type Refused = Extract<MarkVerdict, { kind: 'refused' }>;
const refused = (why: Refused['why']): Refused => ({ kind: 'refused', why });

const fieldsOf = ({ method, path, session, boot, from, clock, nonce }: Signing): readonly string[] => [
  'mark',
  method,
  path,
  session,
  boot,
  from,
  `${clock}`,
  nonce,
];

const macOf = (key: string, fields: readonly string[]): string =>
  createHmac('sha256', key).update(JSON.stringify(fields)).digest('base64url');

const isMac = (mac: string, key: string, fields: readonly string[]): boolean => {
  const [given, right] = [Buffer.from(mac), Buffer.from(macOf(key, fields))];
  return given.length === right.length && timingSafeEqual(given, right);
};
