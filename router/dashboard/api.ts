import type { IncomingMessage } from 'node:http';
import { jsonObject } from '../../shared/json-object.ts';
import { type ClusterView, NODE_ACTIONS, type NodeAction } from './cluster-view.ts';
import { explainRequest } from './explain-request.ts';
import type { LiveState, Watched } from './live-state.ts';
import { detailOf } from './request-detail.ts';
import { shownCookies } from './shown-cookies.ts';

export type ApiDeps = {
  readonly live: LiveState;
  readonly router: Watched;
  readonly cluster: ClusterView | undefined;
  /** By entry point. */
  readonly addresses: ReadonlyMap<string, string>;
};

export type Answer = { readonly status: number; readonly value: unknown };

const problem = (status: number, message: string): Answer => ({ status, value: { error: message } });
const found = (value: unknown): Answer => ({ status: 200, value });
const MAX_BYTES = 64 * 1024;

/** The page's requests, apart from its stream. */
export const answerApi = async (path: string, req: IncomingMessage, deps: ApiDeps): Promise<Answer> => {
  const isPost = req.method === 'POST';
  const request = /^api\/requests\/(\d+)$/.exec(path);
  if (request !== null && !isPost) return requestDetail(Number(request[1]), deps);
  if (path === 'api/about' && !isPost)
    return found({ cluster: deps.cluster !== undefined, addresses: Object.fromEntries(deps.addresses) });
  // These use POST so that no session id and no cookie gets into a history or a log.
  if (path === 'api/cookie' && isPost) {
    const body = await bodyOf(req);
    if (typeof body?.text !== 'string') return problem(400, 'send {"text": "the cookie"}');
    return found(shownCookies(deps.router.state().table.config, body.text));
  }
  if (path === 'api/explain' && isPost) return explain(await bodyOf(req), deps);
  if (path === 'api/actions' && isPost) return act(await bodyOf(req), deps);
  return problem(404, `there is no ${req.method} ${path}`);
};

const requestDetail = (id: number, { live, addresses }: ApiDeps): Answer => {
  const seen = live.requests.find(id);
  if (seen === undefined) return problem(404, 'this request is gone: only the last 2,000 are kept');
  const entryUrl = addresses.get(seen.entryPoint) ?? `http://${seen.host}`;
  return found(detailOf(seen, entryUrl));
};

const explain = (body: Body, { router }: ApiDeps): Answer => {
  if (typeof body?.text !== 'string') return problem(400, 'send {"text": "GET /mcp", "entryPoint": "web"}');
  const entryPoint = typeof body.entryPoint === 'string' ? body.entryPoint : '';
  const explained = explainRequest(router.state(), { text: body.text, entryPoint });
  return 'error' in explained ? problem(400, explained.error) : found(explained);
};

const act = async (body: Body, { cluster }: ApiDeps): Promise<Answer> => {
  if (cluster === undefined)
    return problem(409, 'this router did not start the nodes, so it cannot control them; npm run dev starts both');
  const { action, node } = body ?? {};
  try {
    if (action === 'cut-streams') await cluster.cutStreams();
    else if (!isAction(action) || typeof node !== 'string')
      return problem(400, `send {"action": "${NODE_ACTIONS.join('|')}", "node": "a node's name"}`);
    else if (!cluster.nodes().some(({ id }) => id === node)) return problem(404, `there is no node ${node}`);
    else await cluster[action](node);
    return found({ done: true });
  } catch (error) {
    return problem(409, error instanceof Error ? error.message : String(error));
  }
};

const isAction = (action: unknown): action is NodeAction => NODE_ACTIONS.some((one) => one === action);

type Body = Readonly<Record<string, unknown>> | undefined;

const bodyOf = async (req: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return jsonObject(Buffer.concat(chunks).toString());
};
