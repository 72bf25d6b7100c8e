import assert from 'node:assert/strict';
import test from 'node:test';
import { readCurl } from './curl.ts';

for (const { what, command, method, headers = [] } of [
  { what: 'a plain one', command: 'curl http://a/mcp' },
  { what: 'a method', command: 'curl -X DELETE http://a/mcp', method: 'DELETE' },
  { what: 'a method written together', command: 'curl -sSXPUT http://a/mcp', method: 'PUT' },
  { what: 'a body', command: 'curl http://a/mcp -d \'{"a": 1}\'', method: 'POST' },
  { what: 'a body and a method', command: 'curl --request=PATCH --data x http://a/mcp', method: 'PATCH' },
  { what: 'a head request', command: 'curl -I http://a/mcp', method: 'HEAD' },
  {
    what: 'headers in both quotes',
    command: `curl -H 'A: 1' --header "B: \\"2\\"" http://a/mcp`,
    headers: [
      ['A', '1'],
      ['B', '"2"'],
    ],
  },
  { what: 'a cookie', command: 'curl -b pin=1 http://a/mcp', headers: [['Cookie', 'pin=1']] },
  {
    what: 'options with values that are no URL',
    command: 'curl -o out.txt -u me:pw --max-time 3 http://a/mcp -k -w "%{http_code}"',
  },
  {
    what: 'as a browser copies it',
    command: "curl 'http://a/mcp' \\\n  -H 'accept: */*' \\\n  --data-raw $'it\\'s' \\\n  --compressed",
    method: 'POST',
    headers: [['accept', '*/*']],
  },
  {
    what: 'JSON',
    command: 'curl --json {} http://a/mcp',
    method: 'POST',
    headers: [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ],
  },
])
  test(`a curl command is read as the request that it sends: ${what}`, () => {
    const asked = readCurl(command);
    assert.deepEqual([asked.method, asked.url, asked.headers], [method, 'http://a/mcp', headers]);
  });

for (const { what, command, says } of [
  { what: 'another program', command: 'wget http://a', says: /takes a curl command/ },
  { what: 'no URL', command: 'curl -s', says: /no URL/ },
  { what: 'a header without a colon', command: 'curl -H nonsense http://a', says: /"nonsense" is not a header/ },
])
  test(`a curl command is refused: ${what}`, () => {
    assert.throws(() => readCurl(command), says);
  });
