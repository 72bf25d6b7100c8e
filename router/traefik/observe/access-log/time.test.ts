import assert from 'node:assert/strict';
import test from 'node:test';
import { coarseTime, commonTime, preciseTime } from './time.ts';

process.env.TZ = 'Asia/Kolkata';
const MORNING = Date.UTC(2026, 10, 21, 7, 37, 17, 881) + 0.72;

for (const row of [
  { form: preciseTime, zone: 'utc', text: '2026-11-21T07:37:17.88172Z' },
  { form: preciseTime, zone: 'local', text: '2026-11-21T13:07:17.88172+05:30' },
  { form: coarseTime, zone: 'local', text: '2026-11-21T13:07:17+05:30' },
  { form: commonTime, zone: 'utc', text: '21/Nov/2026:07:37:17 +0000' },
  { form: commonTime, zone: 'local', text: '21/Nov/2026:13:07:17 +0530' },
] as const)
  test(`${row.text} is what Go prints`, () => {
    assert.equal(row.form(MORNING, row.zone), row.text);
  });

test('a second without a fraction has none', () => {
  assert.equal(preciseTime(Date.UTC(2026, 0, 2), 'utc'), '2026-01-02T00:00:00Z');
});

test('west of Greenwich the offset is negative', () => {
  process.env.TZ = 'America/St_Johns';
  assert.equal(coarseTime(Date.UTC(2026, 0, 2), 'local'), '2026-01-01T20:30:00-03:30');
});
