import {
  createRequestStateCodec,
  type RequestStateCodec,
  type RequestStateCodecOptions,
} from '@modelcontextprotocol/server';
import type { StateKeys } from '../core/shared-keys.ts';
import type { ServerContext } from '../mcp/server-context.ts';

/**
 * Seals the state of a question that a later request answers, so that any node can continue with what another one
 * sealed: `requestState: { verify }` in the options of a server, `mint` where it asks. Created once in a module.
 */
export const requestState = <State>(
  options: Omit<RequestStateCodecOptions, 'key'> = {},
): ((context: ServerContext) => RequestStateCodec<State>) => {
  const made = new WeakMap<StateKeys, RequestStateCodec<State>>();
  return ({ stateKeys }) => {
    const known = made.get(stateKeys);
    if (known) return known;
    stateKeys.onUse();
    const codec = ofAll(stateKeys.keys.map((key) => createRequestStateCodec<State>({ ...options, key })));
    made.set(stateKeys, codec);
    return codec;
  };
};

const ofAll = <State>(codecs: readonly RequestStateCodec<State>[]): RequestStateCodec<State> => {
  const [first, ...others] = codecs as readonly [RequestStateCodec<State>, ...RequestStateCodec<State>[]];
  return {
    mint: (...asked) => first.mint(...asked),
    verify: (...asked) =>
      // Another key may have sealed it; state that is too old, or somebody else's, fails with every key.
      others.reduce(
        (tried, next) =>
          tried.catch((error: Error) => (error.message === 'mac' ? next.verify(...asked) : Promise.reject(error))),
        first.verify(...asked),
      ),
  };
};
