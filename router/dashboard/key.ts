import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Every user of the machine can connect to a loopback address. Whoever has the URL gets in: it contains a secret, which
 * the browser exchanges for a cookie. Both are new at each start and are not stored.
 */
export type Key = {
  /** In the URL that is printed. */
  readonly secret: string;
  /** In the cookie. */
  readonly ticket: string;
  /** In the page: proves that the page's script sent a POST. */
  readonly token: string;
  /**
   * The base path of everything except the entry URL. A browser sends a cookie to every port of a host, so also to
   * servers of other users, but only below the cookie's path, where no other server has anything.
   */
  readonly base: string;
};

export const newKey = (): Key => ({
  secret: random(SECRET_BYTES),
  ticket: random(SECRET_BYTES),
  token: random(SECRET_BYTES),
  base: `/${random(BASE_BYTES)}/`,
});

const SECRET_BYTES = 24;
/** Visible in the address bar; it only has to be unique. */
const BASE_BYTES = 6;
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

const COOKIE = 'mooring';

export const cookieOf = ({ ticket, base }: Key): string =>
  `${COOKIE}=${ticket}; Path=${base}; HttpOnly; SameSite=Strict`;

export const hasTicket = (cookies: string, { ticket }: Key): boolean =>
  cookies.split(';').some((pair) => {
    const [name, value = ''] = pair.trim().split('=', 2);
    return name === COOKIE && isSame(value, ticket);
  });

/** Constant time for every wrong text of the right length. */
export const isSame = (given: string, wanted: string): boolean =>
  given.length === wanted.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(wanted, 'latin1'));
