import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A loopback address can be asked by every user of the machine. Who was told the URL gets in: it has a secret, which
 * the browser exchanges for a cookie. All of it is new at each start, and is kept nowhere.
 */
export type Key = {
  /** In the URL that is printed. */
  readonly secret: string;
  /** In the cookie. */
  readonly ticket: string;
  /** In the page: a POST shows that its script sent it. */
  readonly token: string;
  /**
   * Where everything is but the way in. A browser sends a cookie to every port of a host, so to servers of other users
   * too, but below its path only, and nobody else has something there.
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
/** In the address bar for all to see; it has to differ, and no more. */
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

/** Takes as long for every wrong text of the right length. */
export const isSame = (given: string, wanted: string): boolean =>
  given.length === wanted.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(wanted, 'latin1'));
