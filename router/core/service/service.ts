import type { Request } from '../request/request.ts';

/** One server of a load balancer, with what router/http needs to forward. Parsed at load. */
export type Server = {
  /** Byte for byte as configured. */
  readonly url: string;
  readonly target: URL;
  readonly service: string;
  readonly passHostHeader: boolean;
  /** Prepended to the request's path: the URL's own path when `preservePath` is set, else empty. */
  readonly basePath: string;
  /** Qualified name of the servers transport; undefined: the default one. */
  readonly transport: string | undefined;
};

/** How one level of the service tree chose. The access log and explain use the same words. */
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
  | 'no-server-up';

export type ChoiceStep = { readonly service: string; readonly reason: PinReason; readonly chosen: string | undefined };

export type Choice =
  | {
      readonly kind: 'server';
      readonly server: Server;
      /** Set-Cookie lines, outermost service first. */
      readonly setCookies: readonly string[];
      readonly steps: readonly ChoiceStep[];
      /** Called by router/http, for strategies that count: the response head arrived after `ms`; the exchange ended. */
      answered(milliseconds: number): void;
      ended(): void;
    }
  | {
      readonly kind: 'unavailable';
      readonly body: string;
      readonly setCookies: readonly string[];
      readonly steps: readonly ChoiceStep[];
    };

/** A service that can choose. It owns its state and does no I/O. */
export type Service = {
  readonly name: string;
  readonly kind: 'loadBalancer' | 'weighted' | 'failover';
  choose(request: Request): Choice;
  /** What a parent with `healthCheck` sees. */
  isUp(): boolean;
};
