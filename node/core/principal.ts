import { createHash } from 'node:crypto';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type { Principal } from '../host/session-host.ts';
import { objectOf } from './json-rpc.ts';

/**
 * The owner of a session, from what an authenticator says about the caller. Without issuer and subject the token itself
 * identifies the user, so a refreshed token is a different owner. The client id is not used: all users of an app share
 * it.
 */
export const principalOf = ({ token, extra = {} }: AuthInfo): { principal: Principal; by: 'subject' | 'token' } => {
  const subject = subjectOf(extra);
  if (subject !== undefined) return { principal: subject, by: 'subject' };
  return { principal: `token ${createHash('sha256').update(token).digest('base64url')}`, by: 'token' };
};

/** The claims of a token, not verified here. undefined: it is opaque, or there is none. */
export const claimsOf = (authorization: string | undefined): Principal | undefined => {
  const [, payload] = /^bearer +[\w-]+\.([\w-]+)\.[\w-]* *$/i.exec(authorization ?? '') ?? [];
  if (payload === undefined) return undefined;
  try {
    return subjectOf(objectOf(JSON.parse(Buffer.from(payload, 'base64url').toString())));
  } catch {
    return undefined;
  }
};

/** A subject is unique only within its issuer. JSON, so that two different pairs never give the same text. */
const subjectOf = ({ iss, sub }: Readonly<Record<string, unknown>>): Principal | undefined =>
  isText(iss) && isText(sub) ? JSON.stringify([iss, sub]) : undefined;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
