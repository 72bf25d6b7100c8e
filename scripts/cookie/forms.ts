import { type CookieTarget, cookieForms, type Encoding, targetName } from '../../router/explain/decode-cookie.ts';

type Form = Pick<CookieTarget, 'text' | 'kind'> & { readonly encoding: Encoding; readonly value: string };
export type NodeForms = {
  readonly text: string;
  /** Of the text that its service hashes, then of what routers match on. */
  readonly forms: readonly Form[];
  /** The parts that read them, and the names of their cookies. */
  readonly readers: readonly CookieTarget[];
  /** The known servers, if the text is none of them. */
  readonly known: readonly CookieTarget[];
};

/** undefined: the text is a cookie: not a URL, a node's id or the name of a service with a cookie. */
export const formsOf = (text: string, targets: readonly CookieTarget[]): NodeForms | undefined => {
  const readers = targets.filter((target) => [target.node, target.url, target.text].includes(text));
  if (readers.length === 0 && !/^(https?|h2c):\/\/[^\s;]+$/.test(text)) return undefined;
  const main = readers[0]?.text ?? text;
  const others = [...new Set(readers.map((target) => target.text))].filter((one) => one !== main);
  return {
    text: readers[0] === undefined ? text : targetName(readers[0]),
    forms: [main, ...others].flatMap((one) =>
      cookieForms(one)
        .filter(({ encoding }) => one === main || encoding === 'sha256')
        .map((form) => ({ ...form, text: one, kind: one === main ? 'service' : 'router' })),
    ),
    readers,
    known: readers.length > 0 ? [] : targets,
  };
};
