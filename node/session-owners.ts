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
export const sessionOwners = ({ authenticate, principalHeader, elsewhere }: Asked): Whose => {
  if (principalHeader !== undefined) return { sentence: `a session belongs to the caller in ${principalHeader}` };
  if (authenticate) return { sentence: 'a session belongs to the caller that the authenticator names' };
  if (!elsewhere) return { sentence: 'a session belongs to anyone who has its id: nothing authenticates here' };
  return {
    // A session is bound only after the server has accepted the token.
    principal: (_, request) => claimsOf(request.headers.get('authorization') ?? undefined),
    sentence:
      'a session belongs to the iss and sub of the token that the server accepted for it; with any other token, or none, to ' +
      'anyone who has its id (--principal-header)',
  };
};
