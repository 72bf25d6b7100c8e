import assert from 'node:assert/strict';
import test from 'node:test';
import { backOff } from './back-off.ts';

for (const [deaths, milliseconds] of [
  [1, 250],
  [2, 500],
  [5, 4000],
  [6, 5000],
  [60, 5000],
] as const)
  test(`after ${deaths} deaths in a row a node starts again in ${milliseconds} ms`, () =>
    assert.equal(backOff(deaths), milliseconds));
