import type { Request } from '../request/request.ts';
import { type Member, type Strategy, withWeight } from './strategy.ts';

/** 64-bit FNV-1a in two halves: BigInt is too slow for every request. */
type Hash = { high: number; low: number };
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + this. */
const PRIME_LOW = 0x1b3;
const TWO_32 = 2 ** 32;
const TWO_64 = 2 ** 64;

type Slot<M> = { readonly member: M; readonly bytes: Uint8Array };

/** Highest random weight: scores each server by the client's address and the server's URL; the highest wins. */
export const createRendezvous = <M extends Member>(all: readonly M[]): Strategy<M> => {
  const members = withWeight(all);
  const slots: Slot<M>[] = members.map((member) => ({ member, bytes: Buffer.from(member.name) }));
  return { members, next: (request) => highest(slots, request) };
};

const highest = <M extends Member>(slots: readonly Slot<M>[], { remoteAddress }: Request): M | undefined => {
  const client = { high: OFFSET_HIGH, low: OFFSET_LOW };
  for (let i = 0; i < remoteAddress.length; i++) add(client, remoteAddress.charCodeAt(i));
  let best: M | undefined;
  let bestScore = 0;
  for (const { member, bytes } of slots) {
    if (!member.isUp()) continue;
    const score = scoreOf(client, bytes) * member.weight;
    if (best !== undefined && score <= bestScore) continue;
    best = member;
    bestScore = score;
  }
  return best;
};

const scoreOf = (client: Hash, bytes: Uint8Array): number => {
  const hash = { high: client.high, low: client.low };
  for (const byte of bytes) add(hash, byte);
  return 1 / -Math.log((hash.high * TWO_32 + hash.low) / TWO_64);
};

const add = (hash: Hash, byte: number): void => {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * PRIME_LOW;
  const carry = Math.floor(product / TWO_32);
  // Each term stays below 2^53; only the lower 32 bits of the sum are kept.
  hash.high = (hash.high * PRIME_LOW + carry + low * 256) % TWO_32;
  hash.low = product % TWO_32;
};
