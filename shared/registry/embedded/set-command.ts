import type { Keyspace } from './keyspace.ts';
import { bulk, failure, NOT_AN_INTEGER, OK, type Reply, SYNTAX } from './reply.ts';

type Options = { nx: boolean; xx: boolean; get: boolean; keepTtl: boolean; expires: number | undefined };

const INVALID_TIME = failure("ERR invalid expire time in 'set' command");

/** SET key value [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL] */
export const setCommand = (keys: Keyspace, args: readonly string[], now: number): Reply => {
  const [key = '', value = '', ...words] = args;
  const options = optionsOf(words, now);
  if ('kind' in options) return options;
  const before = keys.get(key);
  const answer = options.get ? bulk(before) : OK;
  if ((options.nx && before !== null) || (options.xx && before === null)) return options.get ? answer : bulk(null);
  const kept = options.keepTtl ? keys.expires(key) : undefined;
  keys.set(key, value, options.expires ?? kept ?? Number.POSITIVE_INFINITY);
  return answer;
};

const optionsOf = (words: readonly string[], now: number): Options | Reply => {
  const options: Options = { nx: false, xx: false, get: false, keepTtl: false, expires: undefined };
  let time: { readonly unit: string; readonly text: string } | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = (words[at] as string).toUpperCase();
    const otherTime = options.keepTtl || (time !== undefined && time.unit !== word);
    if (word === 'NX' && !options.xx) options.nx = true;
    else if (word === 'XX' && !options.nx) options.xx = true;
    else if (word === 'GET') options.get = true;
    else if (word === 'KEEPTTL' && time === undefined) options.keepTtl = true;
    else if (/^(EX|PX)(AT)?$/.test(word) && !otherTime && at + 1 < words.length)
      time = { unit: word, text: words[++at] as string };
    else return SYNTAX;
  }
  return time ? withExpiry(options, time, now) : options;
};

const withExpiry = (options: Options, time: { unit: string; text: string }, now: number): Options | Reply => {
  const amount = integerOf(time.text);
  if (amount === undefined) return NOT_AN_INTEGER;
  if (amount <= 0n) return INVALID_TIME;
  const expires = pointInTime(amount, time.unit, now);
  return expires === undefined ? INVALID_TIME : { ...options, expires };
};

const MAX = 2n ** 63n - 1n;

/** As in Redis: signed 64-bit numbers, anything beyond is an error. */
export const integerOf = (text: string): bigint | undefined => {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value > MAX || value < -MAX - 1n ? undefined : value;
};

/** Unit EX and PX count from now, EXAT and PXAT from 1970; undefined when the point is out of range. */
export const pointInTime = (amount: bigint, unit: string, now: number): number | undefined => {
  const ms = unit.startsWith('EX') ? amount * 1000n : amount;
  const point = unit.endsWith('AT') ? ms : ms + BigInt(now);
  return ms > MAX || ms < -MAX - 1n || point > MAX ? undefined : Number(point);
};
