/** Which client is at which node, from the clients' events. Pure. */

export type DemoEvent =
  | {
      readonly kind: 'seated';
      readonly client: string;
      readonly cookies: boolean;
      readonly node: string;
      readonly from?: string;
    }
  | { readonly kind: 'call'; readonly client: string; readonly ok: boolean }
  | { readonly kind: 'pushed'; readonly client: string }
  | { readonly kind: 'lost'; readonly client: string; readonly reason: string }
  | { readonly kind: 'trouble'; readonly client: string; readonly message: string };

export type DemoState = {
  readonly seats: ReadonlyMap<string, string>;
  readonly calls: number;
  readonly failed: number;
  readonly pushed: number;
  readonly lost: number;
  readonly moved: number;
};

export const EMPTY: DemoState = { seats: new Map(), calls: 0, failed: 0, pushed: 0, lost: 0, moved: 0 };

export const applyEvent = (before: DemoState, event: DemoEvent): DemoState => {
  switch (event.kind) {
    case 'seated':
      return {
        ...before,
        seats: new Map([...before.seats, [event.client, event.node]]),
        moved: before.moved + (event.from !== undefined && event.from !== event.node ? 1 : 0),
      };
    case 'call':
      return { ...before, calls: before.calls + 1, failed: before.failed + (event.ok ? 0 : 1) };
    case 'pushed':
      return { ...before, pushed: before.pushed + 1 };
    case 'lost':
      return { ...before, lost: before.lost + 1 };
    case 'trouble':
      return before;
  }
};

/** n1 4 (c1 c4 c7 c10)  n2 … */
export const clientsText = ({ seats }: DemoState): string => {
  const byNode = new Map<string, string[]>();
  for (const [client, node] of seats) byNode.set(node, [...(byNode.get(node) ?? []), client]);
  const names = [...byNode].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return names.map(([node, clients]) => `${node} ${clients.length} (${clients.join(' ')})`).join('   ');
};

export const summaryText = ({ seats, calls, failed, pushed, lost, moved }: DemoState): string =>
  `${seats.size} clients, ${calls} calls (${failed} failed), ${pushed} messages on streams, ${lost} sessions lost and reopened, ${moved} of them at another node`;
