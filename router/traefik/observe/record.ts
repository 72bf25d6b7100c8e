import type { HeaderList } from '../../core/request/header-list.ts';
import type { ChoiceStep } from '../../core/service/service.ts';

/** Everything known about a finished exchange: the input of access log and metrics. */
export type ExchangeRecord = {
  readonly entryPoint: string;
  /** Milliseconds since the epoch, and durations in milliseconds with fractions. */
  readonly startedAt: number;
  readonly duration: number;
  readonly originDuration: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly method: string;
  /** Path and query as matched by the rules: cleaned, before any middleware. */
  readonly target: string;
  readonly protocol: string;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  readonly host: string;
  readonly username: string;
  readonly router: string | undefined;
  /** The router's service; the service whose server responded is the last of `steps`. */
  readonly service: string | undefined;
  readonly serverUrl: string | undefined;
  readonly status: number;
  readonly originStatus: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly originBytes: number;
  readonly retries: number;
  readonly requestHeaders: HeaderList;
  readonly originHeaders: HeaderList | undefined;
  readonly responseHeaders: HeaderList | undefined;
  /** Why it went where it went: `reason` of the innermost choice, or why the router itself responded. */
  readonly reason: string;
  readonly steps: readonly ChoiceStep[];
  /** ping, api, metrics: omitted unless addInternals is set. */
  readonly internal: boolean;
  /** Aborted after its head: the client left, or the server died. */
  readonly cut: boolean;
};
