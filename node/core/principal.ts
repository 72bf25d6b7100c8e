import { createHash } from 'node:crypto';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Principal } from '../host/session-host.ts';

/**
 * Whose a session is, by what an authenticator says of a caller. Without issuer and subject the token has to stand for
 * its user, and a refreshed one is another. The client id is that of an app, which all its users share.
 */
export const principalOf = ({ token, extra = {} }: AuthInfo): { principal: Principal; by: 'subject' | 'token' } => {
  const subject = subjectOf(extra);
  if (subject !== undefined) return { principal: subject, by: 'subject' };
  return { principal: `token ${createHash('sha256').update(token).digest('base64url')}`, by: 'token' };
};

/** What a token says of itself, which nobody here has verified. undefined: it is opaque, or there is none. */
export const claimsOf = (authorization: string | undefined): Principal | undefined => {
  const [, payload] = /^bearer +[\w-]+\.([\w-]+)\.[\w-]* *$/i.exec(authorization ?? '') ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? subjectOf(claims as Claims) : undefined;
  } catch {
    return undefined;
  }
};

type Claims = Readonly<Record<string, unknown>>;

/** A subject means something at its issuer only. As JSON, so that no two pairs are one text. */
const subjectOf = ({ iss, sub }: Claims): Principal | undefined =>
  isText(iss) && isText(sub) ? JSON.stringify([iss, sub]) : undefined;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
