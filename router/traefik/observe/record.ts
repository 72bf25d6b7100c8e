import type { HeaderList } from '../../core/request/header-list.ts';
import type { ChoiceStep } from '../../core/service/service.ts';

/** Everything known of one exchange when it is over: what the access log and the metrics are made from. */
export type ExchangeRecord = {
  readonly entryPoint: string;
  /** Milliseconds since the epoch, and durations in milliseconds with fractions. */
  readonly startedAt: number;
  readonly duration: number;
  readonly originDuration: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly method: string;
  /** Path and query as the rules saw them: cleaned, and before any middleware. */
  readonly target: string;
  readonly protocol: string;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  readonly host: string;
  readonly username: string;
  readonly router: string | undefined;
  /** The router's service; that whose server answered is the last of `steps`. */
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
  /** Why it went where it went; `reason` of the innermost choice, or what the router itself answered and why. */
  readonly reason: string;
  readonly steps: readonly ChoiceStep[];
  /** ping, api, metrics: left out unless addInternals. */
  readonly internal: boolean;
  /** It broke off after its head: its client left, or its server died. */
  readonly cut: boolean;
};
