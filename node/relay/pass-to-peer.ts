import type { IncomingMessage, ServerResponse } from 'node:http';
import { MARK_REFUSED } from '../core/relay-mark.ts';
import { endToEnd, headersToServer, valuesOf } from '../core/upstream-head.ts';
import type { OpenAnswer } from '../host/session-host.ts';
import { relay } from '../host/upstream/relay.ts';
import { BodyTooLarge, type RequestBody } from '../host/upstream/request-body.ts';
import type { Answer } from '../host/upstream/upstream-server.ts';
import { askedPath } from '../http/request-facts.ts';
import { PeerError, type PeerLink } from './peer-link.ts';

export type PassedOn = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Empty: the request names none. */
  readonly session: string;
  readonly body: RequestBody | Buffer | undefined;
  /** Hosts that clients may use for this node; for these the peer gets its own host name. */
  readonly ownHost: string;
};

/**
 * Forwards the client's request to a peer. Rejects with a PeerError in bounded time if the peer is frozen; aborts when
 * the client leaves.
 */
export const askPeer = async (link: PeerLink, { req, res, session, body, ownHost }: PassedOn): Promise<Answer> => {
  const over = new AbortController();
  const leave = (): void => over.abort();
  res.once('close', leave);
  if (res.destroyed) leave();
  const watching = setInterval(() => void link.alive().catch((error) => over.abort(error)), link.patienceMs);
  const host = req.headers.host === ownHost ? link.host : undefined;
  const headers = headersToServer(req.rawHeaders, { host, session: session === '' ? undefined : session });
  const asked = { method: req.method ?? 'GET', path: askedPath(req), headers, session, body, signal: over.signal };
  try {
    const answer = await link.ask(asked);
    const [why] = valuesOf(answer.headers, MARK_REFUSED);
    if (why === undefined) return answer;
    answer.body.destroy();
    // Its clock differs from what we assumed, or it is another process: it must prove itself again.
    link.doubt();
    throw new PeerError('silent', `the mark was refused: ${why}`);
  } catch (error) {
    if (res.destroyed || error instanceof PeerError || error instanceof BodyTooLarge) throw error;
    // The peer's next answer shows why it broke off.
    await link.alive();
    throw new PeerError('silent', 'it closed the connection', error);
  } finally {
    clearInterval(watching);
    res.off('close', leave);
  }
};

export const sendPeerAnswer = (answer: Answer, { req, res }: PassedOn, by: string): OpenAnswer =>
  relay({
    answer,
    res,
    headers: [...endToEnd(answer.headers), 'x-mooring-relayed-by', by],
    holdHead: req.method === 'POST',
  });
