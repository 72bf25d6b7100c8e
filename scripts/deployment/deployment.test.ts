import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Terminal } from '../cli/terminal.ts';
import { until } from '../cluster/test-contract.ts';
import { command as drain } from '../drain/command.ts';
import { command as generate } from '../generate/command.ts';
import { command as undrain } from '../undrain/command.ts';
import { deploymentOf, dynamicFileOf, setState } from './deployment.ts';

const TOPOLOGY = `# Ours.
nodes:
  - id: n1
    url: http://a:1
  - id: n2
    url: http://b:1 # the new one
entryPoints: { web: { address: ":80" } }
cookie: { secure: false }
`;

const quiet = (): { readonly terminal: Terminal; readonly said: string[] } => {
  const said: string[] = [];
  const print = (text: string, over?: string): void => void said.push(over ? `over the last ${over}: ${text}` : text);
  const { signal } = new AbortController();
  return { said, terminal: { print, complain: print, interactive: false, color: false, env: {}, signal } };
};

const deployed = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'drain-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'prod.yaml');
  await writeFile(file, TOPOLOGY);
  const { terminal, said } = quiet();
  assert.equal(await generate.run(['--topology', file], terminal), 0);
  said.length = 0;
  return { file, terminal, said, dynamic: join(folder, 'prod', 'dynamic.yml'), args: ['--topology', file] };
};

const text = (file: string): Promise<string> => readFile(file, 'utf8');

test('a drain and an undrain restore both files exactly', async (t) => {
  const { file, dynamic, args, terminal } = await deployed(t);
  const before = [await text(file), await text(dynamic)];
  assert.equal(await drain.run(['n2', '--no-wait', ...args], terminal), 0);
  assert.match(await text(file), /url: http:\/\/b:1 # the new one\n {4}state: draining\n/);
  assert.doesNotMatch(await text(dynamic), /ready-n2/);
  assert.equal(await undrain.run(['n2', ...args], terminal), 0);
  assert.deepEqual([await text(file), await text(dynamic)], before);
});

test('files keep their permissions, and a symbolic link to a topology is followed', async (t) => {
  const { file, dynamic, terminal } = await deployed(t);
  const linked = join(dirname(file), 'live', 'prod.yaml');
  await mkdir(dirname(linked));
  await symlink('../prod.yaml', linked);
  await Promise.all([chmod(file, 0o600), chmod(dynamic, 0o640)]);
  const args = ['--topology', linked, '--out', dirname(dynamic)];
  assert.equal(await drain.run(['n2', '--no-wait', ...args], terminal), 0);
  assert.match(await text(file), /state: draining/);
  assert.equal((await lstat(linked)).isSymbolicLink(), true);
  const modes = await Promise.all([file, dynamic].map(async (one) => (await stat(one)).mode & 0o777));
  assert.deepEqual(modes, [0o600, 0o640]);
});

const LOST = /there is no topology .*prod\.yaml[\s\S]*\n {2}continue {2}npm run (drain|undrain) -- n2 --topology /;

test('if the topology disappears during a drain or undrain the node stays as it is, and the exit code is not 2', async (t) => {
  const { file, args, terminal, said } = await deployed(t);
  const draining = drain.run(['n2', '--timeout', '1h', ...args], terminal);
  await until(() => said.some((text) => text.startsWith('n2 is draining')));
  const before = await text(file);
  await rm(file);
  assert.equal(await draining, 1);
  assert.match(said.at(-1)!, LOST);
  assert.match(said.at(-1)!, /\nn2 is draining: its file cannot be read, and stays like that; no session is lost\n/);

  await writeFile(file, before.replace('state: draining', 'state: out'));
  await generate.run(args, terminal);
  const undraining = undrain.run(['n2', '--settle', '3s', ...args], terminal);
  await until(() => said.some((text) => text.startsWith('n2 has its routes again')));
  await rm(file);
  assert.equal(await undraining, 1);
  assert.match(said.at(-1)!, LOST);
});

test('the last active node is not drained', async (t) => {
  const { file, args, terminal, said } = await deployed(t);
  await drain.run(['n2', '--no-wait', ...args], terminal);
  const before = await text(file);
  assert.equal(await drain.run(['n1', '--no-wait', ...args], terminal), 1);
  assert.match(said.at(-1)!, /n1 is the last active node of .*prod\.yaml/);
  assert.equal(await text(file), before);
});

test('concurrent drains are all written to the files', async (t) => {
  const { file, dynamic, args, terminal } = await deployed(t);
  const many = ['n3', 'n4', 'n5'].map((id) => `  - { id: ${id}, url: 'http://${id}:1' }\n`).join('');
  await writeFile(file, TOPOLOGY.replace('entryPoints', `${many}entryPoints`));
  await generate.run(args, terminal);
  const leaving = ['n2', 'n3', 'n4', 'n5'];
  const codes = await Promise.all(leaving.map((node) => drain.run([node, '--no-wait', ...args], terminal)));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.equal((await text(file)).match(/draining/g)?.length, 4);
  assert.deepEqual(
    (await text(dynamic)).match(/ready-n\d/g)?.filter((name) => name !== 'ready-n1'),
    [],
  );
});

test('of the last two active nodes, drained at the same moment, one stays active', async (t) => {
  const { file, args, terminal } = await deployed(t);
  const codes = await Promise.all(['n1', 'n2'].map((node) => drain.run([node, '--no-wait', ...args], terminal)));
  assert.deepEqual(codes.sort(), [0, 1]);
  assert.equal((await text(file)).match(/draining/g)?.length, 1);
});

test('a drain does not apply other changes of the topology', async (t) => {
  const { file, args, terminal, said } = await deployed(t);
  const edited = TOPOLOGY.replace('http://a:1', 'http://a:2');
  await writeFile(file, edited);
  assert.equal(await drain.run(['n2', '--no-wait', ...args], terminal), 1);
  assert.match(
    said.at(-1)!,
    /dynamic\.yml differs from .*prod\.yaml in more than the state of n2; see npm run generate -- --topology/,
  );
  assert.equal(await text(file), edited);
});

test('a change interrupted between the two files is completed', async (t) => {
  const { file, dynamic, terminal, args } = await deployed(t);
  await writeFile(file, TOPOLOGY.replace('# the new one', '\n    state: draining'));
  assert.equal(await drain.run(['n2', '--no-wait', ...args], terminal), 0);
  assert.doesNotMatch(await text(dynamic), /ready-n2/);
});

for (const [what, args, says] of [
  ['no node', [], /drain takes the name of one node/],
  ['a node that is not there', ['n9', '--no-wait'], /prod\.yaml has no node n9: it has n1, n2/],
  ['no registry and no time', ['n2'], /there is no registry that tells/],
  ['a time that is none', ['n2', '--timeout', 'soon'], /--timeout: "soon" is not a duration/],
  [
    'idle sessions that nobody ends',
    ['n2', '--timeout', '5s', '--idle', '5m'],
    /--idle reaches the node through the registry/,
  ],
  ['the same without waiting', ['n2', '--no-wait', '--idle', '5m'], /--idle reaches .* do not use --no-wait/],
  ['an idle time that no node takes', ['n2', '--idle', '25h'], /--idle takes at most 24h, not 25h/],
  ['a settle time that no node takes', ['n2', '--settle', '25h'], /--settle takes at most 24h, not 25h/],
  ['a Redis URL that is none', ['n2', '--redis', 'http://x'], /the Redis URL begins with none of/],
] as const) {
  test(`${what} is a usage error, and changes nothing`, async (t) => {
    const { file, terminal, said, args: files } = await deployed(t);
    assert.equal(await drain.run([...args, ...files], terminal), 2);
    assert.match(said.at(-1)!, says);
    assert.equal(await text(file), TOPOLOGY);
  });
}

test('errors name the topology with a mistake and the folder without the file', async (t) => {
  const { file, terminal, said } = await deployed(t);
  assert.equal(await drain.run(['n2', '--no-wait', '--topology', file, '--out', '/nowhere'], terminal), 1);
  assert.match(said.at(-1)!, /^\/nowhere\/dynamic\.yml is not there; see npm run generate/);
  await writeFile(file, TOPOLOGY.replace('url:', 'uri:'));
  assert.equal(await drain.run(['n2', '--no-wait', '--topology', file], terminal), 1);
  assert.match(said.at(-1)!, /prod\.yaml:4:5/);
});

test('without a registry only the deadline ends a drain, and it says that nothing was counted', async (t) => {
  const { file, terminal, said, args } = await deployed(t);
  assert.equal(await drain.run(['n2', '--timeout', '0s', ...args], terminal), 1);
  assert.match(
    said.at(-1)!,
    /n2 is out: the deadline has passed, after \S+; the sessions that ended with it could not be counted/,
  );
  assert.match(await text(file), /state: out/);
});

test('file names with spaces are quoted for the shell', async () => {
  const { createReporter } = await import('./print-drain.ts');
  const { terminal, said } = quiet();
  const deployment = deploymentOf({ topology: "my team's/prod.yaml", out: 'out here' });
  createReporter({ terminal, json: false, deployment, node: 'n2' })({
    event: 'left',
    why: 'signal',
    state: 'draining',
    live: 1,
  });
  assert.match(said[0]!, / continue {2}npm run drain -- n2 --topology 'my team'\\''s\/prod\.yaml' --out 'out here'\n/);
});

test('in a terminal the count is updated in place', async () => {
  const { createReporter } = await import('./print-drain.ts');
  const { terminal, said } = quiet();
  const deployment = deploymentOf({ topology: 'config/dev.yaml' });
  const report = createReporter({ terminal: { ...terminal, interactive: true }, json: false, deployment, node: 'n2' });
  report({ event: 'sessions', live: 2 });
  report({ event: 'sessions', live: 1 });
  report({ event: 'registry-back' });
  report({ event: 'sessions', live: 0 });
  assert.deepEqual(said, [
    '  sessions  2',
    'over the last line:   sessions  1',
    '  the registry is available again',
    '  sessions  0',
  ]);
});

test('an unchanged file is not written again', async (t) => {
  const { file } = await deployed(t);
  const deployment = deploymentOf({ topology: file });
  assert.deepEqual(await setState(deployment, { node: 'n2', state: 'out' }), [file, dynamicFileOf(deployment)]);
  assert.deepEqual(await setState(deployment, { node: 'n2', state: 'out' }), []);
});
