import assert from 'node:assert/strict';
import test from 'node:test';
import { HeaderList } from '../request/header-list.ts';
import { readCookie } from './cookie-header.ts';

const read = (...lines: string[]): string | undefined =>
  readCookie(HeaderList.from(lines.map((line) => ['cookie', line] as const)), 'pin');

const ROWS: readonly { when: string; lines: string[]; value: string | undefined }[] = [
  { when: 'there is no Cookie header', lines: [], value: undefined },
  { when: 'it stands alone', lines: ['pin=v'], value: 'v' },
  { when: 'it stands among others', lines: ['a=b; pin=v; z="1"'], value: 'v' },
  { when: 'it stands in a second header', lines: ['a=b', 'pin=v'], value: 'v' },
  { when: 'it comes twice: the first counts', lines: ['pin=1; pin=2', 'pin=3'], value: '1' },
  { when: 'the first is malformed: the next counts', lines: ['pin=a"b; pin=2'], value: '2' },
  { when: 'no space follows the semicolon', lines: ['a=b;pin=v;c=d'], value: 'v' },
  { when: 'neighbours are junk', lines: [';;;=x; foo; a b=c; "q; pin=v'], value: 'v' },
  { when: 'a neighbour has a byte that is none', lines: ['a=\xff; pin=v'], value: 'v' },
  { when: 'space and tabs stand round it', lines: ['\t pin=v \t'], value: 'v' },
  { when: 'space stands before the equals sign', lines: ['pin \t=v'], value: 'v' },
  { when: 'space after the equals sign is of the value', lines: ['pin= v'], value: ' v' },
  { when: 'there is only space in the value', lines: ['pin=  ;a=b'], value: '' },
  { when: 'the value is empty', lines: ['pin='], value: '' },
  { when: 'there is no equals sign', lines: ['pin'], value: '' },
  { when: 'there is no equals sign, and more follows', lines: ['pin ; a=b'], value: '' },
  { when: 'the value has equals signs', lines: ['pin=a=b=='], value: 'a=b==' },
  { when: 'the value is quoted', lines: ['pin="v"'], value: 'v' },
  { when: 'only the opening quote is there', lines: ['pin="v'], value: undefined },
  { when: 'only the closing quote is there', lines: ['pin=v"'], value: undefined },
  { when: 'line ends stand round it', lines: ['\r\npin\r\n=v\r\n'], value: 'v' },
  { when: 'the value is one quote', lines: ['pin="'], value: undefined },
  { when: 'the value is two quotes', lines: ['pin=""'], value: '' },
  { when: 'quotes stand in quotes', lines: ['pin=""v""'], value: undefined },
  { when: 'a quoted value holds a semicolon', lines: ['pin="a;b"'], value: undefined },
  { when: 'the value holds a backslash', lines: ['pin=a\\b'], value: undefined },
  { when: 'the value holds a tab', lines: ['pin=a\tb'], value: undefined },
  { when: 'the value holds a byte above 0x7e', lines: ['pin=\x7f'], value: undefined },
  { when: 'the value holds spaces and commas', lines: ['pin=a b,c'], value: 'a b,c' },
  { when: 'the name is written in capitals', lines: ['PIN=v'], value: undefined },
  { when: 'a longer name begins so', lines: ['pins=v; pin.x=v'], value: undefined },
  { when: 'a longer name ends so', lines: ['xpin=v; x-pin=v'], value: undefined },
  { when: 'a value looks like it', lines: ['a=pin=v; b= pin=v; c=d pin=v'], value: undefined },
  { when: 'a comma separates', lines: ['a=b, pin=v'], value: undefined },
  { when: 'the name repeats itself', lines: ['pinpin=v;pin=w'], value: 'w' },
];

for (const { when, lines, value } of ROWS) {
  test(`the cookie is ${JSON.stringify(value) ?? 'not found'} when ${when}`, () => {
    assert.equal(read(...lines), value);
  });
}

test('only the Cookie header is read', () => {
  assert.equal(readCookie(HeaderList.from([['cookie2', 'pin=v']]), 'pin'), undefined);
});

test('with more than 3000 cookies none is read; empty ones and later headers count', () => {
  assert.equal(read(`pin=v${';a=b'.repeat(2999)}`), 'v');
  assert.equal(read(`pin=v${';a=b'.repeat(3000)}`), undefined);
  assert.equal(read(`pin=v${';'.repeat(2999)}`), 'v');
  assert.equal(read(`pin=v${';'.repeat(3000)}`), undefined);
  assert.equal(read(`${';'.repeat(3000)}pin=v`), undefined);
  assert.equal(read(`pin=v${';'.repeat(2998)}`, 'a=b'), 'v');
  assert.equal(read(`pin=v${';'.repeat(2999)}`, 'a=b'), undefined);
});
