import { type CookieTarget, cookieForms, type Encoding } from '../../router/explain/decode-cookie.ts';

export type NodeForms = {
  readonly text: string;
  readonly node: string | undefined;
  readonly forms: readonly { readonly encoding: Encoding; readonly value: string }[];
  /** The services that have this server, and the names of their cookies. */
  readonly services: readonly CookieTarget[];
  /** The servers there are, where this is none of them. */
  readonly known: readonly CookieTarget[];
};

/** undefined: the text is a cookie, and neither a URL nor the id of a node. */
export const formsOf = (text: string, targets: readonly CookieTarget[]): NodeForms | undefined => {
  const url = targets.find(({ node }) => node === text)?.text ?? text;
  if (!/^(https?|h2c):\/\/[^\s;]+$/.test(url)) return undefined;
  const services = targets.filter((target) => target.text === url);
  return {
    text: url,
    node: services[0]?.node,
    forms: cookieForms(url),
    services,
    known: services.length > 0 ? [] : targets,
  };
};
