import { claimsOf } from './core/principal.ts';
import type { NodeOptions } from './node-options.ts';

type Asked = Pick<NodeOptions, 'authenticate' | 'principalHeader'> & {
  /** Another server authenticates by itself, or not at all. */
  readonly elsewhere: boolean;
};

type Whose = Pick<NodeOptions, 'principal'> & {
  /** For the log at start. */
  readonly sentence: string;
};

/** The owners of sessions, for a node with its own server. */
export const whoseSessions = ({ authenticate, principalHeader, elsewhere }: Asked): Whose => {
  if (principalHeader !== undefined) return { sentence: `a session belongs to whom ${principalHeader} names` };
  if (authenticate) return { sentence: 'a session belongs to whom the authenticator names' };
  if (!elsewhere) return { sentence: 'a session belongs to whoever has its id: nobody authenticates here' };
  return {
    // A session is bound only after the server has accepted the token.
    principal: (_, request) => claimsOf(request.headers.get('authorization') ?? undefined),
    sentence:
      'a session belongs to the iss and sub of the token that the server took for it; of another token, or none, to ' +
      'whoever has its id (--principal-header)',
  };
};
