import { Keyspace } from './keyspace.ts';
import { array, bulk, failure, integer, NOT_AN_INTEGER, OK, type Reply, SYNTAX, status } from './reply.ts';
import { integerOf, pointInTime, setCommand } from './set-command.ts';

/** The state of one connection: databases are shared, the selected one and the connection's name are not. */
export type Context = {
  readonly databases: readonly Keyspace[];
  readonly now: () => number;
  readonly clientId: number;
  selected: number;
  name: string;
  closing: boolean;
};

type Command = {
  /** As Redis counts them, with the command's own name: at least `min` words, at most `max`. */
  readonly min: number;
  readonly max?: number;
  readonly run: (args: readonly string[], context: Context) => Reply;
};

const DATABASES = 16;
export const createDatabases = (now: () => number): Keyspace[] =>
  Array.from({ length: DATABASES }, () => new Keyspace(now));

export const runCommand = (request: readonly string[], context: Context): Reply => {
  const [name = '', ...args] = request;
  const command = COMMANDS.get(name.toUpperCase());
  if (!command) return unknown(name, args);
  if (request.length < command.min || request.length > (command.max ?? Number.POSITIVE_INFINITY))
    return wrongNumber(name);
  return command.run(args, context);
};

const keysOf = ({ databases, selected }: Context): Keyspace => databases[selected] as Keyspace;
const wrongNumber = (name: string): Reply =>
  failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);

/** HELLO too: after the refusal clients use RESP2. Only this much is quoted, as in Redis. */
const unknown = (name: string, args: readonly string[]): Reply => {
  let quoted = '';
  for (const arg of args) if (quoted.length < 128) quoted += `'${arg.slice(0, 128 - quoted.length)}' `;
  return failure(`ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${quoted}`);
};

const ping = (args: readonly string[]): Reply => (args[0] === undefined ? status('PONG') : bulk(args[0]));

const auth = (args: readonly string[]): Reply =>
  args.length === 1
    ? failure(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      )
    : args[0] === 'default'
      ? OK
      : failure('WRONGPASS invalid username-password pair or user is disabled.');

const client = ([word = '', ...values]: readonly string[], context: Context): Reply => {
  const subcommand = CLIENT[word.toUpperCase()];
  if (!subcommand) return failure(`ERR unknown subcommand '${word.slice(0, 128)}'. Try CLIENT HELP.`);
  if (values.length !== subcommand.values) return wrongNumber(`client|${word}`);
  return subcommand.run(values, context);
};

const setName = ([name = '']: readonly string[], context: Context): Reply => {
  if (!/^[!-~]*$/.test(name)) return failure('ERR Client names cannot contain spaces, newlines or special characters.');
  context.name = name;
  return OK;
};

const CLIENT: Record<string, { readonly values: number; readonly run: Command['run'] }> = {
  ID: { values: 0, run: (_, context) => integer(context.clientId) },
  GETNAME: { values: 0, run: (_, context) => bulk(context.name === '' ? null : context.name) },
  SETINFO: { values: 2, run: () => OK },
  SETNAME: { values: 1, run: setName },
};

const select = ([text = '']: readonly string[], context: Context): Reply => {
  const index = integerOf(text);
  if (index === undefined) return NOT_AN_INTEGER;
  if (index < 0n || index >= BigInt(DATABASES)) return failure('ERR DB index is out of range');
  context.selected = Number(index);
  return OK;
};

const expire =
  (name: string, unit: string) =>
  (args: readonly string[], context: Context): Reply => {
    const [key = '', text = '', ...words] = args;
    const flags = new Set(words.map((word) => word.toUpperCase()));
    const odd = words.find((word) => !/^(NX|XX|GT|LT)$/i.test(word));
    if (odd !== undefined) return failure(`ERR Unsupported option ${odd}`);
    if (flags.has('NX') && flags.size > 1)
      return failure('ERR NX and XX, GT or LT options at the same time are not compatible');
    if (flags.has('GT') && flags.has('LT')) return failure('ERR GT and LT options at the same time are not compatible');
    const amount = integerOf(text);
    if (amount === undefined) return NOT_AN_INTEGER;
    const expires = pointInTime(amount, unit, context.now());
    if (expires === undefined) return failure(`ERR invalid expire time in '${name}' command`);
    const before = keysOf(context).expires(key);
    if (before === undefined || !allows(flags, before, expires)) return integer(0);
    keysOf(context).expire(key, expires);
    return integer(1);
  };

const allows = (flags: ReadonlySet<string>, before: number, after: number): boolean => {
  if (flags.has('NX')) return before === Number.POSITIVE_INFINITY;
  if (flags.has('XX') && before === Number.POSITIVE_INFINITY) return false;
  if (flags.has('GT')) return after > before;
  return !flags.has('LT') || after < before;
};

const timeLeft =
  (inUnit: (ms: number) => number) =>
  ([key = '']: readonly string[], context: Context): Reply => {
    const expires = keysOf(context).expires(key);
    if (expires === undefined) return integer(-2);
    return integer(expires === Number.POSITIVE_INFINITY ? -1 : inUnit(expires - context.now()));
  };

const persist = ([key = '']: readonly string[], context: Context): Reply => {
  const expires = keysOf(context).expires(key);
  if (expires === undefined || expires === Number.POSITIVE_INFINITY) return integer(0);
  keysOf(context).expire(key, Number.POSITIVE_INFINITY);
  return integer(1);
};

const scan = ([cursorText = '', ...words]: readonly string[], context: Context): Reply => {
  if (!/^\d{1,15}$/.test(cursorText)) return failure('ERR invalid cursor');
  const wanted = { cursor: Number(cursorText), count: 10, pattern: undefined as string | undefined };
  let strings = true;
  for (let at = 0; at < words.length; at += 2) {
    const [word = '', value] = words.slice(at, at + 2);
    const count = integerOf(value ?? '');
    if (value === undefined) return SYNTAX;
    if (/^MATCH$/i.test(word)) wanted.pattern = value;
    else if (/^TYPE$/i.test(word)) strings = /^string$/i.test(value);
    else if (!/^COUNT$/i.test(word)) return SYNTAX;
    else if (count === undefined) return NOT_AN_INTEGER;
    else if (count < 1n) return SYNTAX;
    else wanted.count = Number(count);
  }
  const { cursor, keys } = keysOf(context).page(wanted);
  return array([bulk(String(cursor)), array(strings ? keys.map(bulk) : [])]);
};

const mset = (args: readonly string[], context: Context): Reply => {
  if (args.length % 2 === 1) return wrongNumber('mset');
  for (let at = 0; at < args.length; at += 2)
    keysOf(context).set(args[at] as string, args[at + 1] as string, Number.POSITIVE_INFINITY);
  return OK;
};

const flush =
  (all: boolean) =>
  ([how, ...more]: readonly string[], context: Context): Reply => {
    if (more.length > 0 || (how !== undefined && !/^(A?SYNC)$/i.test(how))) return SYNTAX;
    for (const keys of all ? context.databases : [keysOf(context)]) keys.clear();
    return OK;
  };

const time = (_: readonly string[], { now }: Context): Reply => {
  const ms = now();
  return array([bulk(String(Math.floor(ms / 1000))), bulk(String((ms % 1000) * 1000))]);
};

const countOf = (args: readonly string[], test: (key: string) => boolean): Reply => integer(args.filter(test).length);
const remove = (args: readonly string[], context: Context): Reply =>
  countOf(args, (key) => keysOf(context).delete(key));

const INFO =
  '# Server\r\nredis_version:7.0.0\r\nredis_mode:standalone\r\nmooring_embedded:1\r\n# Persistence\r\nloading:0\r\n# Replication\r\nrole:master\r\n';

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['PING', { min: 1, max: 2, run: ping }],
  ['ECHO', { min: 2, max: 2, run: ([text = '']) => bulk(text) }],
  ['AUTH', { min: 2, max: 3, run: auth }],
  ['CLIENT', { min: 2, run: client }],
  ['COMMAND', { min: 1, run: () => array([]) }],
  ['INFO', { min: 1, run: () => bulk(INFO) }],
  ['SELECT', { min: 2, max: 2, run: select }],
  [
    'QUIT',
    {
      min: 1,
      run: (_, context) => {
        context.closing = true;
        return OK;
      },
    },
  ],
  ['TIME', { min: 1, max: 1, run: time }],
  ['GET', { min: 2, max: 2, run: ([key = ''], context) => bulk(keysOf(context).get(key)) }],
  ['SET', { min: 3, run: (args, context) => setCommand(keysOf(context), args, context.now()) }],
  ['MGET', { min: 2, run: (args, context) => array(args.map((key) => bulk(keysOf(context).get(key)))) }],
  ['MSET', { min: 3, run: mset }],
  ['DEL', { min: 2, run: remove }],
  ['UNLINK', { min: 2, run: remove }],
  ['EXISTS', { min: 2, run: (args, context) => countOf(args, (key) => keysOf(context).get(key) !== null) }],
  [
    'TYPE',
    { min: 2, max: 2, run: ([key = ''], context) => status(keysOf(context).get(key) === null ? 'none' : 'string') },
  ],
  ['EXPIRE', { min: 3, run: expire('expire', 'EX') }],
  ['PEXPIRE', { min: 3, run: expire('pexpire', 'PX') }],
  ['PERSIST', { min: 2, max: 2, run: persist }],
  ['TTL', { min: 2, max: 2, run: timeLeft((ms) => Math.floor((ms + 500) / 1000)) }],
  ['PTTL', { min: 2, max: 2, run: timeLeft((ms) => ms) }],
  ['SCAN', { min: 2, run: scan }],
  ['DBSIZE', { min: 1, max: 1, run: (_, context) => integer(keysOf(context).size()) }],
  ['FLUSHALL', { min: 1, run: flush(true) }],
  ['FLUSHDB', { min: 1, run: flush(false) }],
]);
