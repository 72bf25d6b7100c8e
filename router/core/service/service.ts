import type { Request } from '../request/request.ts';

/** One server of a load balancer, as the HTTP shell needs it to forward. Parsed at load. */
export type Server = {
  /** As configured, to the byte. */
  readonly url: string;
  readonly target: URL;
  readonly service: string;
  readonly passHostHeader: boolean;
  /** What goes before the request's path: the URL's own path when `preservePath` is set, else nothing. */
  readonly basePath: string;
  /** Qualified name of the servers transport; undefined: the default one. */
  readonly transport: string | undefined;
};

/** How one level of the service tree came to its choice; the words are the access log's and explain's. */
export type PinReason =
  | 'cookie'
  | 'legacy-cookie'
  | 'no-cookie'
  | 'unknown-cookie'
  | 'pinned-server-down'
  | 'only-server'
  | 'round-robin'
  | 'two-choices'
  | 'client-ip'
  | 'least-time'
  | 'main'
  | 'fallback'
  | 'nobody-up';

export type ChoiceStep = { readonly service: string; readonly reason: PinReason; readonly chosen: string | undefined };

export type Choice =
  | {
      readonly kind: 'server';
      readonly server: Server;
      /** Set-Cookie lines, outermost service first. */
      readonly setCookies: readonly string[];
      readonly steps: readonly ChoiceStep[];
      /** Told by the shell, for strategies that count: the answer's head came after so many ms; the exchange ended. */
      answered(milliseconds: number): void;
      ended(): void;
    }
  | {
      readonly kind: 'unavailable';
      readonly body: string;
      readonly setCookies: readonly string[];
      readonly steps: readonly ChoiceStep[];
    };

/** A service that can choose. Its state is its own; it does no input or output. */
export type Service = {
  readonly name: string;
  readonly kind: 'loadBalancer' | 'weighted' | 'failover';
  choose(request: Request): Choice;
  /** What a parent with `healthCheck` is told. */
  isUp(): boolean;
};
