import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { cacheFolder } from './compile-cache.ts';

const HOME_CACHE = join(homedir(), '.cache/mooring');

for (const { when, env, home = homedir(), folder } of [
  { when: 'nothing is set', env: {}, folder: HOME_CACHE },
  { when: 'it is set', env: { XDG_CACHE_HOME: '/c' }, folder: '/c/mooring' },
  { when: 'it is empty', env: { XDG_CACHE_HOME: '' }, folder: HOME_CACHE },
  { when: 'it is relative', env: { XDG_CACHE_HOME: 'c' }, folder: HOME_CACHE },
  { when: 'there is no home either', env: { XDG_CACHE_HOME: '' }, home: '', folder: undefined },
])
  test(`compiled code never comes from the working directory: ${when}`, () => {
    assert.equal(cacheFolder(env, home), folder);
  });
