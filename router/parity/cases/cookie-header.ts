import type { Area, Case, Lab } from '../case.ts';
import { pool, prefix, sticky } from './parts.ts';

/** What the answer says about the pin: kept, rewritten (an older value), or a new choice. */
type Pin = 'kept' | 'rewritten' | 'unknown';

const B = 'k={b.hash}';
const rows: readonly (readonly [name: string, cookie: string | readonly string[], pin: Pin])[] = [
  ['the plain value', B, 'kept'],
  ['among other cookies', `a=1; ${B}; z=2`, 'kept'],
  ['in a second Cookie header', ['a=1', B], 'kept'],
  ['without a space after the semicolon', `a=1;${B};z=2`, 'kept'],
  ['with spaces and tabs around', ` \t ${B} \t `, 'kept'],
  ['in quotes', 'k="{b.hash}"', 'kept'],
  ['with one quote only', 'k="{b.hash}', 'unknown'],
  ['with a quote at its end', 'k={b.hash}"', 'unknown'],
  ['twice, the right one first', `${B}; k=junk`, 'kept'],
  ['twice, the wrong one first', `k=junk; ${B}`, 'unknown'],
  ['twice in two headers, the wrong one first', ['k=junk', B], 'unknown'],
  ['twice, the first not a valid value', `k=a"b; ${B}`, 'kept'],
  ['empty', 'k=', 'unknown'],
  ['empty, then right', `k=; ${B}`, 'unknown'],
  ['the name alone', 'k', 'unknown'],
  ['the name alone, then right', `k; ${B}`, 'unknown'],
  ['in upper case', 'K={b.hash}', 'unknown'],
  ['with the value in upper case', 'k={b.hash}A', 'unknown'],
  ['with one more letter', 'k={b.hash}0', 'unknown'],
  ['behind junk', `;;;=x; foo; a b=c; "q; ${B}`, 'kept'],
  ['after a comma', `a=1, ${B}`, 'unknown'],
  ['with spaces before the equals sign', 'k ={b.hash}', 'kept'],
  ['with spaces after the equals sign', 'k= {b.hash}', 'unknown'],
  ['percent-encoded', 'k=%7B', 'unknown'],
  ['with a byte above 127', 'k=\xff', 'unknown'],
  ['beside a cookie with a byte above 127', `a=\xff\xfe; ${B}`, 'kept'],
  ['beside the names of object properties', `__proto__=1; constructor=2; toString=3; ${B}`, 'kept'],
  ['a property name as its value', 'k=__proto__', 'unknown'],
  ['another property name', 'k=constructor', 'unknown'],
  ['a value of 8 KB', `k=${'x'.repeat(8192)}`, 'unknown'],
  ['behind 500 cookies', `${Array.from({ length: 500 }, (_, i) => `c${i}=v`).join('; ')}; ${B}`, 'kept'],
  ['the URL itself', 'k={b}', 'rewritten'],
  ['the URL with a slash', 'k={b}/', 'unknown'],
  ['the URL in quotes', 'k="{b}"', 'rewritten'],
  ['the older FNV value', 'k={b.fnv}', 'rewritten'],
  ['the FNV value of the FNV value', 'k={b.fnvfnv}', 'rewritten'],
  ['a comma in the value', 'k={b.hash},', 'unknown'],
  ['a backslash in the value', 'k={b.hash}\\', 'unknown'],
  ['a space inside the value', 'k={b.hash} x', 'unknown'],
  ['an equals sign in the value', 'k={b.hash}=', 'unknown'],
  ['an empty header before it', ['', B], 'kept'],
  ['a dollar version before it', `$Version=1; ${B}; $Path=/`, 'kept'],
];

const expectations = {
  kept: { status: 200, by: 'b', cookies: [] },
  rewritten: { status: 200, by: 'b', cookies: ['k={b.hash}; Path=/'] },
} as const;

/** A new choice: with round robin over two servers, repeating the request reaches both. */
const meetsBoth = async (lab: Lab, cookie: string | readonly string[]): Promise<string[]> => {
  const met: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { by, cookies } = await lab.send({ path: '/k', headers: { Cookie: cookie } });
    met.push(`${by} ${cookies[0]?.replace(lab.fill('{b.hash}'), 'B').replace(lab.fill('{c.hash}'), 'C')}`);
  }
  return met.sort();
};

const cases = rows.map(([name, cookie, pin]): Case => {
  const title = `a cookie ${name}: ${pin}`;
  if (pin === 'unknown')
    return { name: title, play: (lab) => meetsBoth(lab, cookie), expect: ['b k=B; Path=/', 'c k=C; Path=/'] };
  return { name: title, send: { path: '/k', headers: { Cookie: cookie } }, expect: expectations[pin] };
});

export const cookieHeader: Area = {
  name: 'cookie-header',
  origins: ['a', 'b', 'c'],
  http: {
    routers: { k: prefix('/k', 'k'), plain: prefix('/plain', 'plain') },
    services: { k: pool('b c', sticky({ name: 'k' })), plain: pool('b') },
  },
  cases: [
    ...cases,
    {
      name: 'a Cookie2 header is not read',
      play: async (lab) => {
        const { cookies } = await lab.send({ path: '/k', headers: { Cookie2: B } });
        return cookies.length;
      },
      expect: 1,
    },
    {
      name: 'the server gets the Cookie header unchanged',
      send: { path: '/k', headers: { Cookie: `a=1;${B};  z="2"` } },
      expect: { seen: { headers: { cookie: `a=1;${B};  z="2"` } } },
    },
    {
      name: 'the server receives two Cookie headers as two',
      send: { path: '/plain', headers: { Cookie: ['a=1', 'b=2'] } },
      expect: { seen: { headers: { cookie: ['a=1', 'b=2'] } } },
    },
    {
      name: 'a cookie header named in Connection is removed before the pin is read',
      play: async (lab) => {
        const { seen, cookies } = await lab.send({ path: '/k', headers: { Cookie: B, Connection: 'Cookie' } });
        return [seen?.headers.cookie, cookies.length];
      },
      expect: [undefined, 1],
    },
  ],
};
