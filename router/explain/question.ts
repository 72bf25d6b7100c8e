import type { DynamicConfig } from '../core/model.ts';
import { trustOf } from '../core/request/trust.ts';
import type { ServerStatusView } from '../core/service/status.ts';
import type { StaticConfig } from '../core/static-model.ts';
import { type Arrived, arrive } from '../http/arrive.ts';

/** A request that is not sent. Names and values in wire form: one character per byte. */
export type Question = {
  readonly entryPoint: string;
  readonly tls: boolean;
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly target: string;
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The client's address. */
  readonly from: string;
};

export type ExplainInput = {
  readonly question: Question;
  /** Complete: with the additions of Traefik and the entry points. */
  readonly config: DynamicConfig;
  readonly staticConfig: StaticConfig;
  readonly status: ServerStatusView;
};

/** The request as the router would see it, made by the same code as real ones. */
export const arriveQuestion = ({ question, staticConfig }: ExplainInput): Arrived => {
  const { entryPoint, tls, headers, host, from } = question;
  const given = headers.filter(([name]) => name.toLowerCase() !== 'host');
  const coding = given.find(([name]) => name.toLowerCase() === 'transfer-encoding')?.[1];
  const config = staticConfig.entryPoints.get(entryPoint);
  return arrive(
    {
      method: question.method,
      url: question.target,
      rawHeaders: [['Host', host], ...given].flat(),
      headers: coding === undefined ? {} : { 'transfer-encoding': coding },
      httpVersion: '1.1',
      httpVersionMajor: 1,
      socket: { remoteAddress: from, remotePort: 0 },
    },
    {
      entryPoint,
      tls,
      hostname: 'this-host',
      trusts: config === undefined ? () => false : trustOf(config.forwardedHeaders),
    },
  );
};
