import { type Asked, questionOf } from '../../router/explain/asked.ts';
import { cookieTargets } from '../../router/explain/decode-cookie.ts';
import { nodeNamesOf } from '../../router/explain/node-routes.ts';
import type { Question } from '../../router/explain/question.ts';
import { cookieValue } from '../../shared/traefik/cookie-value.ts';
import { Misuse } from '../cli/misuse.ts';
import type { TraefikFiles } from '../cli/traefik-files.ts';

export type Overrides = {
  readonly entryPoint: string | undefined;
  readonly from: string | undefined;
  readonly session: string | undefined;
  readonly cookie: string | undefined;
  readonly withoutCookie: boolean;
  readonly withoutSession: boolean;
};

/** Options that replace parts of a log line or curl command. */
export const questionWith = (overrides: Overrides, asked: Asked, files: TraefikFiles): Question => {
  const { entryPoint = asked.entryPoint, from = asked.from } = overrides;
  const question = questionOf(
    {
      ...asked,
      headers: headersOf(asked, overrides, files),
      ...(entryPoint !== undefined && { entryPoint }),
      ...(from !== undefined && { from }),
    },
    files,
  );
  if ('problem' in question) throw new Misuse(question.problem);
  return question;
};

const headersOf = (asked: Asked, overrides: Overrides, files: TraefikFiles): (readonly [string, string])[] => {
  const replaced = new Set([
    ...(overrides.withoutCookie || overrides.cookie !== undefined ? ['cookie'] : []),
    ...(overrides.withoutSession || overrides.session !== undefined ? ['mcp-session-id'] : []),
  ]);
  return [
    ...asked.headers.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...(overrides.withoutSession ? [] : sessionHeader(overrides.session)),
    ...(overrides.withoutCookie ? [] : cookieHeader(overrides.cookie, files)),
  ];
};

const sessionHeader = (id: string | undefined): [string, string][] =>
  id === undefined ? [] : [['Mcp-Session-Id', id]];

/** `name=value` unchanged; a bare value, or a node's id, for every sticky cookie of the files. */
const cookieHeader = (cookie: string | undefined, { config }: TraefikFiles): [string, string][] => {
  if (cookie === undefined) return [];
  if (/^[^=;:/\s]+=/.test(cookie)) return [['Cookie', cookie]];
  const nodes = nodeNamesOf(config);
  const targets = cookieTargets(config, (url) => nodes.get(url));
  const names = [...new Set(targets.map((target) => target.cookie))];
  if (names.length === 0) throw new Misuse('no service of these files has a sticky cookie: write --cookie NAME=VALUE');
  const valueIn = (name: string): string => {
    const own = targets.find((target) => target.cookie === name && target.node === cookie);
    return own === undefined ? cookie : cookieValue(own.text);
  };
  return [['Cookie', names.map((name) => `${name}=${valueIn(name)}`).join('; ')]];
};
