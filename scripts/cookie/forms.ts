import { type CookieTarget, cookieForms, type Encoding, targetName } from '../../router/explain/decode-cookie.ts';

type Form = Pick<CookieTarget, 'text' | 'kind'> & { readonly encoding: Encoding; readonly value: string };
export type NodeForms = {
  /** The node's name and URL. */
  readonly text: string;
  /** Of the text that its service hashes; of those that routers know besides, what they look for. */
  readonly forms: readonly Form[];
  /** Who reads them, and the names of their cookies. */
  readonly readers: readonly CookieTarget[];
  /** The servers there are, where this is none of them. */
  readonly known: readonly CookieTarget[];
};

/** undefined: the text is a cookie, and neither a URL, nor the id of a node, nor the name of a service with a cookie. */
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
