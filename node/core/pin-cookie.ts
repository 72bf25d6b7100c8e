/** Whether the sticky cookie came with a request, and the node it names, as far as one is known. */
export type PinCookie = { readonly sent: boolean; readonly node?: string };

type NamedNode = { readonly node: string; readonly url: string };

export type PinReading = {
  readonly value: string | undefined;
  readonly nodes: readonly NamedNode[];
  /** What the balancer may have made of a node: of its name, or of its URL. */
  readonly cookiesOf: (node: NamedNode) => readonly string[];
};

export const readPin = ({ value, nodes, cookiesOf }: PinReading): PinCookie => {
  if (value === undefined) return { sent: false };
  const named = nodes.find((node) => cookiesOf(node).includes(value));
  return named ? { sent: true, node: named.node } : { sent: true };
};
