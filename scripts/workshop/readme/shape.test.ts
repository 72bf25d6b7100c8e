import assert from 'node:assert/strict';
import test from 'node:test';
import { misshapen } from './shape.ts';

const ALIKE: readonly { what: string; page: string; printed: string }[] = [
  { what: 'the same', page: 'ready\n  next', printed: 'ready\n  next\n' },
  { what: 'other figures', page: '160 opened, 2.5 kept', printed: '7 opened, 1,200 kept' },
  { what: 'other times', page: 'ready in 412 ms', printed: 'ready in 1.2 s' },
  { what: 'other ports', page: 'n1 http://127.0.0.1:8081', printed: 'n1 http://127.0.0.1:40213' },
  {
    what: 'other ids',
    page: 'n2.0b8e8f56-aaaa-4bbb-8ccc-0123456789ab',
    printed: 'n2.1b4e28ba-2fa1-41d2-883f-0016d3cca427',
  },
  { what: 'other hashes', page: '6bf4bc2f5d722cee  its hash', printed: '08d5f409490f61fc  its hash' },
  { what: 'other paths', page: 'wrote /tmp/a/b.yml', printed: 'wrote /home/user/some-where/c.yml' },
  { what: 'columns of another width', page: 'n1   up', printed: '  n1 up' },
  { what: 'blank lines', page: 'a\n\nb', printed: '\na\nb\n\n' },
  { what: 'lines left out', page: 'a\n…\nd', printed: 'a\nb\nc\nd' },
  { what: 'no line where lines may be left out', page: '…\na\n…\nb\n…', printed: 'a\nb' },
  { what: 'text left out of a line', page: 'goes to … (up)', printed: 'goes to n2 of three (up)' },
  { what: 'a line that is there twice', page: '…\na\nb', printed: 'a\nx\na\nb' },
];

for (const { what, page, printed } of ALIKE)
  test(`${what} is what the page says`, () => assert.equal(misshapen(page, printed), undefined));

const UNLIKE: readonly { what: string; page: string; printed: string; at: number }[] = [
  { what: 'another word', page: 'a\n3 nodes', printed: 'a\n3 routers', at: 1 },
  { what: 'a line that is missing', page: 'a\n…\nc\nd', printed: 'a\nc\ne', at: 3 },
  { what: 'a line too many in between', page: 'a\nb', printed: 'a\nx\nb', at: 1 },
  { what: 'a line too many at the end', page: 'a', printed: 'a\nb', at: -1 },
  { what: 'nothing', page: 'a', printed: '', at: 0 },
  { what: 'a word in place of a hash', page: '6bf4bc2f5d722cee', printed: 'facade', at: 0 },
  { what: 'what would match as a pattern only', page: '^n1\\. (x)', printed: '^n1x x', at: 0 },
];

for (const { what, page, printed, at } of UNLIKE)
  test(`${what} is not what the page says`, () => assert.equal(misshapen(page, printed)?.at, at));

test('a mismatch shows the line of the page and the actual output', () => {
  assert.equal(misshapen('a\nb', 'a\nc')?.why, 'the page has\n    b\nprinted here:\n    c');
  assert.equal(misshapen('a\nb', 'a')?.why, 'the page has\n    b\nnothing more was printed');
});
