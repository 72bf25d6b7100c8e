import { jsonObject } from '../../shared/json-object.ts';
import type { Topology } from '../../shared/topology/topology.ts';

/** A node's answer at its health URL. Another server shows only that it is alive. */
export type Health =
  | { readonly kind: 'down' }
  | {
      readonly kind: 'up';
      readonly node?: string;
      /** What its ids begin with. */
      readonly prefix?: string;
      readonly boot?: string;
      /** How often the server behind the node has restarted. */
      readonly serverStarts?: number;
      /** The server behind the node can be reached directly, bypassing the node. */
      readonly exposed?: boolean;
      readonly sessions?: number;
      readonly idle?: number;
      readonly drain?: string;
      readonly phase?: string;
    };

const ANSWER_MS = 2000;
/** No health answer needs more. */
const MAX_BYTES = 64 * 1024;

export const healthUrlOf = (url: string, { healthCheck }: Topology): string =>
  url + (healthCheck === false ? '/healthz' : healthCheck.path);

export const askHealth = async (url: string): Promise<Health> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), headers: { connection: 'close' } });
    if (answer.status === 200) return { kind: 'up', ...stateIn(await textOf(answer)) };
    await answer.body?.cancel();
    return { kind: 'down' };
  } catch {
    return { kind: 'down' };
  }
};

const textOf = async (answer: Response): Promise<string> => {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_BYTES) break;
  }
  return text;
};

const stateIn = (text: string): Omit<Extract<Health, { kind: 'up' }>, 'kind'> => {
  const said = jsonObject(text) ?? {};
  const { node: id, name: node = id, boot, serverStarts, exposed, sessions, idle, drain, drainId } = said;
  return {
    ...(typeof node === 'string' && { node }),
    ...(typeof id === 'string' && typeof boot === 'string' && { prefix: id }),
    ...(typeof boot === 'string' && { boot }),
    ...(typeof serverStarts === 'number' && { serverStarts }),
    ...(exposed === true && { exposed }),
    ...(typeof sessions === 'number' && { sessions }),
    ...(typeof idle === 'number' && { idle }),
    ...(typeof drain === 'string' && { phase: drain }),
    ...(typeof drainId === 'string' && { drain: drainId }),
  };
};
