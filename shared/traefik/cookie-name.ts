import { createHash } from 'node:crypto';

const HASH_LENGTH = 5;
const NOT_A_TOKEN = /[^!#$%&'*+\-.^`|~A-Za-z0-9]/gu;

/**
 * The sticky cookie's name: the given one, sanitised, or else one derived from the qualified service name (`mcp@file`).
 */
export const cookieName = (given: string, service: string): string =>
  given === '' ? defaultName(service) : given.replace(NOT_A_TOKEN, '_');

const defaultName = (service: string): string =>
  `_${createHash('sha1').update(`_TRAEFIK_BACKEND_${service}`).digest('hex').slice(0, HASH_LENGTH)}`;
