/** One subject with the origins behind it, serving the cases of many areas at once: starting a process for each would
 *  take longer than all the cases together. */
import type { Area, Case, Lab, Send } from './case.ts';
import { requestBytes } from './case.ts';
import { cookieFnv, cookieHash, defaultCookieName } from './cookie-values.ts';
import { judge } from './judge.ts';
import { type Observed, observe } from './observe.ts';
import { Origin } from './origin.ts';
import type { Pattern } from './pattern.ts';
import { exchange, RawConnection } from './raw-client.ts';
import { ScriptedOrigin } from './scripted-origin.ts';
import { type JsonObject, Subject, type SubjectKind } from './subject.ts';
import { TRANSPORTS } from './transports.ts';

export type Stage = {
  readonly subject: Subject;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly wire: ScriptedOrigin;
};

export const openStage = async (kind: SubjectKind, areas: readonly Area[]): Promise<Stage> => {
  const names = [...new Set(areas.flatMap((area) => area.origins ?? ['a']))];
  const origins = new Map(await Promise.all(names.map(async (id) => [id, await Origin.listen(id)] as const)));
  const wire = await ScriptedOrigin.listen(new Map(areas.flatMap((area) => Object.entries(area.scripts ?? {}))));
  const fill = filler(origins, wire, new Map());
  const subject = await Subject.start(kind, {
    entryPoints: Object.assign({}, ...areas.map(entryPointsOf)),
    static: Object.assign({}, ...areas.map((area) => area.static ?? {})),
    dynamic: fillAll(mergeAreas(areas), fill) as JsonObject,
    ...areas[0]?.alone,
  });
  return { subject, origins, wire };
};

export const closeStage = async (stage: Stage): Promise<void> => {
  await stage.subject.stop();
  await Promise.all([...stage.origins.values()].map((origin) => origin.stop()));
  await stage.wire.stop();
};

export const labOf = ({ subject, origins, wire }: Stage, area: Area): Lab => {
  const fill = filler(origins, wire, subject.ports);
  const port = (entryPoint = area.name): number => subject.port(entryPoint);
  const send = async (request: Send, tries = 3): Promise<Observed> => {
    const seen = observe(await exchange(port(request.entryPoint), fill(requestBytes(request)), request));
    // A subject that refuses a request early may reset the connection before its answer is read.
    const lost = request.byteByByte && seen.status === undefined && seen.ended === 'reset';
    return lost && tries > 1 ? send(request, tries - 1) : seen;
  };
  return {
    kind: subject.kind,
    subject,
    wire,
    origin: (name) => origins.get(name)!,
    port,
    fill,
    send,
    dynamic: (http = {}) => {
      const whole = mergeAreas([area]) as { readonly http: JsonObject };
      return fillAll({ http: { ...whole.http, ...http } }, fill) as JsonObject;
    },
    connect: (entryPoint) => RawConnection.open(port(entryPoint)),
    ask: (transport, ask, entryPoint) => TRANSPORTS[transport].ask(port(entryPoint), ask),
    repeat: async (times, request) => {
      const order: (string | number)[] = [];
      for (let i = 0; i < times; i++) {
        const { by, status } = await send(request);
        order.push(by ?? status ?? 'nothing');
      }
      return order;
    },
  };
};

/** Throws unless the case holds. */
export const runCase = async (one: Case, lab: Lab): Promise<void> => {
  const seen = 'send' in one ? await lab.send(one.send) : await one.play(lab);
  const pattern = 'expect' in one ? one.expect : one.differs[lab.kind];
  judge(seen, fillAll(pattern, lab.fill));
};

const entryPointsOf = (area: Area): Readonly<Record<string, JsonObject>> => area.entryPoints ?? { [area.name]: {} };

const mergeAreas = (areas: readonly Area[]): JsonObject => {
  const http: Record<string, Record<string, JsonObject>> = {};
  for (const area of areas) {
    for (const [part, entries] of Object.entries(area.http ?? {})) {
      for (const [name, value] of Object.entries(entries)) {
        const all = http[part] ?? {};
        http[part] = all;
        if (name in all) throw new Error(`two areas have ${part} ${name}`);
        const home = { entryPoints: [Object.keys(entryPointsOf(area))[0]!] };
        all[name] = part === 'routers' ? { ...home, ...(value as JsonObject) } : (value as JsonObject);
      }
    }
  }
  return { http };
};

const fillAll = (value: Pattern, fill: (text: string) => string): Pattern => {
  if (typeof value === 'string') return fill(value);
  if (value instanceof RegExp || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => fillAll(one, fill));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [fill(key), fillAll(one, fill)]));
};

const filler = (
  origins: ReadonlyMap<string, Origin>,
  wire: ScriptedOrigin,
  ports: ReadonlyMap<string, number>,
): ((text: string) => string) => {
  const tokens = tokensOf(origins);
  tokens.set('wire', wire.url);
  for (const [name, port] of ports) tokens.set(`port:${name}`, String(port));
  return textFiller(tokens);
};

const tokensOf = (origins: ReadonlyMap<string, Origin>): Map<string, string> => {
  const tokens = new Map<string, string>();
  for (const [id, { url, port }] of origins) {
    tokens.set(id, url);
    tokens.set(`${id}.port`, String(port));
    tokens.set(`${id}.hash`, cookieHash(url));
    tokens.set(`${id}.fnv`, cookieFnv(url));
    tokens.set(`${id}.fnvfnv`, cookieFnv(cookieFnv(url)));
  }
  return tokens;
};

const textFiller =
  (tokens: ReadonlyMap<string, string>) =>
  (text: string): string =>
    text.replace(/\{([\w:.@/-]+)\}/g, (whole, token: string) => {
      if (token.startsWith('hash:')) return cookieHash(token.slice(5));
      if (token.startsWith('name:')) return defaultCookieName(token.slice(5));
      return tokens.get(token) ?? whole;
    });

/** Inserts the addresses of the origins into a file. */
export const fillWith = (origins: ReadonlyMap<string, Origin>): ((value: JsonObject) => JsonObject) => {
  const fill = textFiller(tokensOf(origins));
  return (value) => fillAll(value, fill) as JsonObject;
};
