import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HELP } from '../../../node/settings.ts';
import { ROOT, readPage } from './pages.ts';

const { text } = readPage('scripts/doctor/TROUBLESHOOTING.md');
const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const JUDGES = join(ROOT, 'scripts/doctor/judges');

test('each reason of a 404 has its row, and each row is a reason', () => {
  const type = /type AbsenceReason =([^;]+);/.exec(source('node/core/which-404.ts'))![1]!;
  const reasons = [...type.matchAll(/'([\w-]+)'/g)].map(([, reason]) => reason!);
  const table = /\| reason \|[\s\S]*?\n\n/.exec(text)![0];
  const rows = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, reason]) => reason!);
  assert.deepEqual([...new Set(rows)].sort(), reasons.sort());
});

test('every finding that the page says doctor reports exists', () => {
  const code = readdirSync(JUDGES)
    .map((file) => readFileSync(join(JUDGES, file), 'utf8'))
    .join('\n');
  const said = [...text.matchAll(/reports ((?:`[\w-]+`(?:,? or |,? )?)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/`([\w-]+)`/g)].map(([, id]) => id!),
  );
  assert.ok(said.length > 4);
  assert.deepEqual(
    said.filter((id) => !code.includes(`'${id}'`)),
    [],
  );
});

test('the named metrics exist on a node', () => {
  const code = source('node/http/metrics.ts');
  const named = [...text.matchAll(/`mooring_(\w+)`/g)].map(([, name]) => name!);
  assert.ok(named.length > 4);
  assert.deepEqual(
    named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code)),
    [],
  );
});

test('an option without a command is one of a node', () => {
  const named = [...text.matchAll(/`(--[\w-]+)`/g)].map(([, option]) => option!);
  assert.ok(named.length > 2);
  assert.deepEqual(
    named.filter((option) => !HELP.includes(`${option} `)),
    [],
  );
});
