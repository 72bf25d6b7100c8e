/** Whether the sticky cookie came with a request, and the node it names, as far as one is known. */
export type PinCookie = { readonly sent: boolean; readonly node?: string };

export type PinReading = {
  readonly value: string | undefined;
  readonly nodes: readonly { readonly node: string; readonly url: string }[];
  /** How the balancer makes a cookie of a server's URL. */
  readonly cookieOf: (url: string) => string;
};

export const readPin = ({ value, nodes, cookieOf }: PinReading): PinCookie => {
  if (value === undefined) return { sent: false };
  const named = nodes.find(({ url }) => cookieOf(url) === value);
  return named ? { sent: true, node: named.node } : { sent: true };
};
