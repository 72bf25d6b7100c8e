import { claimsOf } from './core/principal.ts';
import type { NodeOptions } from './node-options.ts';

type Asked = Pick<NodeOptions, 'authenticate' | 'principalHeader'> & {
  /** A server elsewhere authenticates by itself, or not. */
  readonly elsewhere: boolean;
};

type Whose = Pick<NodeOptions, 'principal'> & {
  /** For the log: what a node says of this when it starts. */
  readonly sentence: string;
};

/** Whose the sessions of a node are that listens by itself. */
export const whoseSessions = ({ authenticate, principalHeader, elsewhere }: Asked): Whose => {
  if (principalHeader !== undefined) return { sentence: `a session belongs to whom ${principalHeader} names` };
  if (authenticate) return { sentence: 'a session belongs to whom the authenticator names' };
  if (!elsewhere) return { sentence: 'a session belongs to whoever has its id: nobody authenticates here' };
  return {
    // Nothing is bound by it before the server has taken the token.
    principal: (_, request) => claimsOf(request.headers.get('authorization') ?? undefined),
    sentence:
      'a session belongs to the iss and sub of the token that the server took for it; of another token, or none, to ' +
      'whoever has its id (--principal-header)',
  };
};
