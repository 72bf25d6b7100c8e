import type { Exchange } from '../../core/middleware.ts';
import { byteString } from '../../core/request/byte-string.ts';
import type { HeaderList } from '../../core/request/header-list.ts';
import type { Built, ConfigOf } from './built.ts';
import { isFailed } from './built.ts';
import { compileCors } from './cors.ts';
import { isFraming } from './framing.ts';

/** Custom request and response headers, and CORS. */
export const headers = ({ name, kind, at, ...config }: ConfigOf<'headers'>): Built => {
  const cors = compileCors(config);
  if (isFailed(cors)) return cors;
  const customs = config.customRequestHeaders.size + config.customResponseHeaders.size;
  if (customs === 0 && !cors.configured) return { error: 'headers configuration not valid' };
  const changeRequest = requestChanges(config.customRequestHeaders);
  const changeResponse = changes(config.customResponseHeaders, responseValue);
  return {
    name,
    kind,
    at,
    request: (exchange) => {
      const answer = cors.preflight(exchange.request);
      if (answer === undefined) changeRequest(exchange);
      return answer;
    },
    response: (exchange, head) => {
      changeResponse(head.headers);
      if (cors.configured) cors.respond(exchange.request, head.headers);
    },
  };
};

type Change = (headers: HeaderList) => void;

const requestChanges = (custom: ReadonlyMap<string, string>): ((exchange: Exchange) => void) => {
  const host = [...custom].find(([name, value]) => name.toLowerCase() === 'host' && value !== '')?.[1];
  const change = changes(custom, byteString);
  const omits = omitsForwardedFor(custom);
  return (exchange) => {
    if (host !== undefined) exchange.request.host = byteString(host);
    if (omits !== undefined) exchange.omitForwardedFor = omits;
    change(exchange.request.headers);
  };
};

/** If emptied under its exact name, Go does not add the peer's address either; under another spelling it does. */
const omitsForwardedFor = (custom: ReadonlyMap<string, string>): boolean | undefined => {
  if (custom.get('X-Forwarded-For') === '') return true;
  return [...custom.keys()].some((name) => name.toLowerCase() === 'x-forwarded-for') ? false : undefined;
};

const changes = (custom: ReadonlyMap<string, string>, wire: (value: string) => string): Change => {
  const all = [...custom].map(([name, value]) => [name.toLowerCase(), value] as const);
  const sound = all.filter(([name]) => TOKEN.test(name) && !isFraming(name));
  const gone = sound.filter(([, value]) => value === '').map(([name]) => name);
  const set = sound.filter(([, value]) => value !== '').map(([name, value]) => [name, wire(value)] as const);
  return (headers) => {
    for (const name of gone) headers.delete(name);
    for (const [name, value] of set) headers.set(name, value);
  };
};

/** Go's server sanitizes values like this; Node would refuse the whole response. */
const responseValue = (value: string): string => byteString(value).replace(CONTROL, ' ').trim();

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/g;
