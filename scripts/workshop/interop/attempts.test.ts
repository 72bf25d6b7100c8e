import assert from 'node:assert/strict';
import test from 'node:test';
import { type Attempted, examineAgain } from './attempts.ts';
import type { Finding } from './examine.ts';

const GOOD: Finding = { what: 'stays', good: 20, of: 20 };
const BAD: Finding = { what: 'stays', good: 19, of: 20 };

for (const { when, seen, held } of [
  { when: 'does not stumble', seen: [GOOD], held: true },
  { when: 'stumbles once', seen: [BAD, GOOD], held: true },
  { when: 'stumbles twice', seen: [BAD, BAD], held: false },
])
  test(`a client that ${when} ${held ? 'passes' : 'fails'}, and each attempt is reported`, async () => {
    const left = [...seen];
    const told: Attempted[] = [];
    const passes = await examineAgain(
      async function* () {
        yield left.shift()!;
      },
      (finding) => told.push(finding),
    );
    assert.equal(passes, held);
    assert.deepEqual(
      told,
      seen.map((finding, i) => ({ ...finding, attempt: i + 1 })),
    );
  });
