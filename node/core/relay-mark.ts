import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keys } from './shared-keys.ts';

/**
 * The handshake of two nodes before one passes a request on to the other. The secret is never sent. On each connection
 * the owner of a session first proves that it has the secret (challenge, proof). Only then the request follows, with a
 * mark that is valid for this request and this process of the owner only, once, and for a short time by the owner's
 * clock.
 */
/** The path at which an owner is asked. */
export const PROOF_PATH = '/mooring/peer';
export const CHALLENGE = 'x-mooring-challenge';
export const PROOF = 'x-mooring-proof';
export const MARK = 'x-mooring-relay';
/** Why the other node refuses it. */
export const MARK_REFUSED = 'x-mooring-relay-refused';

/** The node that the challenge is for, and a nonce. */
type Asked = { readonly peer: string; readonly nonce: string };
/** Its boot id, and its clock in milliseconds since an arbitrary time. */
export type Proof = { readonly boot: string; readonly clock: number };

export const signChallenge = ([key]: Keys, { peer, nonce }: Asked): string =>
  `${nonce} ${macOf(key, ['challenge', peer, nonce])}`;

/** Undefined if the caller does not have the secret, or asks for another node. */
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

/** What a mark covers. */
export type Marked = {
  readonly method: string;
  /** As sent, with its query. */
  readonly path: string;
  /** Empty: the request names none. */
  readonly session: string;
  /** Boot id of the process that it goes to. */
  readonly boot: string;
};
type Signing = Marked & { readonly from: string; readonly clock: number; readonly nonce: string };

export const signMark = ([key]: Keys, signing: Signing): string => {
  const { from, clock, nonce } = signing;
  return `${from} ${clock} ${nonce} ${macOf(key, fieldsOf(signing))}`;
};

/**
 * How long a peer has for its proof. A request that is older is refused: its sender has given up, and the client may
 * have retried.
 */
export const PATIENCE_MS = 2000;
/**
 * How long a mark could be used, and is remembered: the clocks of two processes do not run at exactly the same speed.
 */
export const livesFor = (patienceMs: number): number => 2 * patienceMs;

export type MarkVerdict =
  | { readonly kind: 'valid'; readonly from: string }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'forged' | 'late' | 'early' | 'repeated' | 'too-many' };

type Checking = {
  readonly keys: Keys;
  readonly now: number;
  readonly patienceMs: number;
  /** Checked last, so that only nodes with the secret can fill its memory. */
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
