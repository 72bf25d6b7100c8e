/** Whether a request has the sticky cookie, and which node it names, if that is known. */
export type PinCookie = { readonly sent: boolean; readonly node?: string };

type NamedNode = { readonly node: string; readonly url: string };

export type PinReading<Node extends NamedNode> = {
  readonly value: string | undefined;
  readonly nodes: readonly Node[];
  /** The values that the balancer may use for a node: a hash of its name, or of its URL. */
  readonly cookiesOf: (node: Node) => readonly string[];
};

export const readPin = <Node extends NamedNode>({ value, nodes, cookiesOf }: PinReading<Node>): PinCookie => {
  if (value === undefined) return { sent: false };
  const named = nodes.find((node) => cookiesOf(node).includes(value));
  return named ? { sent: true, node: named.node } : { sent: true };
};
