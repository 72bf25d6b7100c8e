import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { noRedis, runRedis } from '../test-bench.ts';
import { startEmbeddedRedis } from './server.ts';

/** The registry's commands and more, valid and invalid, on few keys, so that commands interact. */
const word = (...words: string[]) => fc.constantFrom(...words);
const key = word('a', 'b', 'c', 'mcp:session:n1.x', 'é', '');
const value = fc.oneof(word('1', 'x', '', 'a b', '\r\n', '{"node":"n1"}'), fc.string());
// Expiry times so far away that both servers give the same seconds, or already past.
const seconds = word('1000', '2592000', '0', '-1', '1.5', 'x', '', '9223372036854775807', '9223372036854775808', '+5');
const anyCase = (name: string) => word(name, name.toLowerCase());
// No times in the past: Redis counts such a key in DBSIZE until it notices it.
const timed = fc.oneof(
  fc.tuple(word('EX', 'ex', 'PX'), word('5000000', '9999999999', '0', '-5', 'x')),
  fc.tuple(word('EXAT', 'PXAT'), word('9999999999999', '0', '-5', 'x')),
);
const setOption = fc.oneof(timed, fc.tuple(word('NX', 'XX', 'GET', 'KEEPTTL', 'get', 'WHAT', 'EX')));
const command = <T extends string[]>(name: string, ...args: fc.Arbitrary<string | T>[]) =>
  fc.tuple(anyCase(name), ...args).map((words) => words.flat());
const many = fc.array(key, { maxLength: 4 });
const expiryFlags = fc.array(word('NX', 'XX', 'GT', 'LT', 'nx', 'ODD'), { maxLength: 2 });
const glob = word('*', '?', 'a*', '[a-c]', '[^a]', '[^a', '\\a', '*:n1.*', 'mcp:session:*', '', '[c-a]', '[]', '\\');

const commands = fc.oneof(
  { weight: 6, arbitrary: command('SET', key, value) },
  {
    weight: 6,
    arbitrary: command(
      'SET',
      key,
      value,
      fc.array(setOption, { maxLength: 3 }).map((all) => all.flat()),
    ),
  },
  { weight: 4, arbitrary: command('GET', key) },
  { weight: 2, arbitrary: command('DEL', many) },
  command('UNLINK', many),
  command('EXISTS', many),
  command('MGET', many),
  command('MSET', fc.array(key, { maxLength: 5 })),
  { weight: 2, arbitrary: command('EXPIRE', key, seconds, expiryFlags) },
  command('PEXPIRE', key, word('5000000', '0', '-1', 'x', '9223372036854775807'), expiryFlags),
  { weight: 3, arbitrary: command('TTL', key) },
  command('PERSIST', key),
  command('TYPE', key),
  command('DBSIZE'),
  command('SCAN', word('0', 'x'), fc.array(word('COUNT', '1000', 'x', '0'), { maxLength: 3 })),
  { weight: 2, arbitrary: glob.map((pattern) => ['SCAN', '0', 'MATCH', pattern, 'COUNT', '1000']) },
  command('PING', fc.array(value, { maxLength: 2 })),
  command('ECHO', value),
  command('SELECT', word('0', '0', '1', '15', '16', '-1', 'x')),
  command('AUTH', fc.array(word('default', 'x'), { minLength: 1, maxLength: 2 })),
  command('CLIENT', word('GETNAME', 'SETNAME', 'WHAT'), fc.array(word('name', 'na me'), { maxLength: 1 })),
  command('FLUSHDB', fc.array(word('ASYNC', 'SYNC', 'NOW'), { maxLength: 1 })),
  { weight: 1, arbitrary: command('WHAT', fc.array(value, { maxLength: 3 })) },
  fc.constantFrom(['FLUSHALL'], ['GET'], ['SET', 'a'], ['TTL'], ['SCAN'], ['DEL'], ['TIME', 'x'], ['EXPIRE', 'a']),
);

test('3,000 random commands get the same answers from the embedded server and from the real one', {
  skip: noRedis,
  timeout: 120_000,
}, async (t) => {
  const real = await runRedis(t);
  const embedded = await startEmbeddedRedis();
  t.after(embedded.stop);
  const [first, second] = [await dial(t, real.url), await dial(t, embedded.url)];
  const seed = Number(process.env.SEED ?? 20_261_121);
  t.diagnostic(`SEED=${seed}`);
  for (const request of fc.sample(commands, { numRuns: 3000, seed })) {
    const [expected, found] = await Promise.all([first(request), second(request)]);
    if (request[0]?.toUpperCase() === 'TTL' && withinOne(expected, found)) continue;
    assert.deepEqual({ request, reply: tame(request, found) }, { request, reply: tame(request, expected) });
  }
});

/** The two servers look at their clocks at slightly different moments. */
const withinOne = (one: Reply, other: Reply): boolean =>
  Math.abs(Number(`${one}`.slice(1)) - Number(`${other}`.slice(1))) <= 1;

type Reply = string | readonly Reply[];

/** Each server has its own order of keys in SCAN. */
const tame = ([name = '']: readonly string[], reply: Reply): Reply => {
  if (name.toUpperCase() !== 'SCAN' || typeof reply === 'string') return reply;
  return [reply[0] as Reply, [...(reply[1] as readonly string[])].sort()];
};

/** Raw replies from the wire, with error texts, which a client library would change. */
const dial = async (t: TestContext, url: string): Promise<(request: readonly string[]) => Promise<Reply>> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  const lines = new Wire(socket);
  return async (request) => {
    const words = request.map((text) => Buffer.from(text));
    const parts = words.flatMap((text) => [Buffer.from(`$${text.length}\r\n`), text, Buffer.from('\r\n')]);
    socket.write(Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]));
    return lines.reply();
  };
};

class Wire {
  readonly #chunks: AsyncIterator<Buffer>;
  #text = '';

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  async reply(): Promise<Reply> {
    const line = await this.#take((text) => text.indexOf('\r\n'));
    const count = Number(line.slice(1));
    if (line[0] === '$' && count >= 0) return `$${await this.#take(() => count)}`;
    if (line[0] !== '*') return line;
    const items: Reply[] = [];
    for (let at = 0; at < count; at++) items.push(await this.reply());
    return items;
  }

  /** The text before the line end that `endIn` finds, or will find when more has come. */
  async #take(endIn: (text: string) => number): Promise<string> {
    for (let end = endIn(this.#text); ; end = endIn(this.#text)) {
      if (end >= 0 && this.#text.length >= end + 2) {
        const taken = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return taken;
      }
      const { value, done } = await this.#chunks.next();
      assert(!done);
      this.#text += value.toString('latin1');
    }
  }
}
