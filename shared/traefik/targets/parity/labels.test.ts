/** Labels as real Traefik reads them from Docker. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { cookieValue } from '../../cookie-value.ts';
import { labelsFiles, labelsOf } from '../labels.ts';
import { startDocker } from './test-stub-api.ts';
import { liveTopology, skip, startNode, startTraefik } from './test-traefik.ts';

test('Traefik sees containers with our labels as one deployment, and the routes of a dead one disappear', {
  skip,
}, async (t) => {
  const nodes = await Promise.all([startNode(t), startNode(t), startNode(t), startNode(t)]);
  const urls = nodes.map(({ url }) => url);
  const ids = ['n1', 'N1', 'n3', 'n4'];
  const topology = await liveTopology(urls, {
    nodes: urls.map((url, i) => ({ id: ids[i], url, state: i === 3 ? 'draining' : 'active' })),
    cors: { origins: ['https://a.example', 'https://b.example'] },
  });
  const containers = topology.nodes.map((node) => ({ name: `c-${node.id}`, labels: labelsOf(node, topology) }));
  const docker = await startDocker(t, containers);
  const fixed = labelsFiles(topology).find(({ path }) => path === 'labels/traefik.yml')!.text;
  const text = fixed
    .replace('  docker:\n', `  docker:\n    endpoint: ${docker.endpoint}\n`)
    .replace(/address: :/g, 'address: 127.0.0.1:');
  const traefik = startTraefik(t, topology, text);
  const routers = await traefik.until(
    () => traefik.listed('routers'),
    (seen) => 'mcp@docker' in seen,
  );
  const services = await traefik.listed('services');
  for (const [name, status] of Object.entries({ ...routers, ...services })) assert.equal(status, 'enabled', name);
  assert.deepEqual(
    Object.keys(routers)
      .filter((name) => name.endsWith('@docker'))
      .sort(),
    [
      ...['cookie-N1~7', 'cookie-n1', 'cookie-n3', 'cookie-n4', 'default'],
      ...['handle-N1~7', 'handle-n1', 'handle-n3', 'handle-n4', 'mcp'],
      ...['node-N1~5', 'node-n1', 'node-n3', 'node-n4', 'route-graphql'],
    ].map((name) => `${name}@docker`),
  );
  const met = async (headers: Readonly<Record<string, string>> = {}): Promise<(string | undefined)[]> => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => traefik.ask('/mcp', headers)));
    return [...new Set(answers.map(({ text }) => ids[urls.indexOf(text)]))].sort();
  };
  for (const [i, id] of ids.entries()) {
    assert.deepEqual(await met({ 'mcp-session-id': `${id}.1` }), [id]);
    const cookie = `_mcp_backend=${cookieValue(urls[i]!)}`;
    assert.deepEqual(await met({ 'mcp-session-id': '1', cookie }), [id]);
    if (i < 3) assert.deepEqual(await met({ cookie }), [id]);
  }
  assert.deepEqual(await met(), ['N1', 'n1', 'n3']);
  docker.die('c-n1');
  await traefik.until(
    () => traefik.listed('routers'),
    (seen) => !('node-n1@docker' in seen),
  );
  assert.deepEqual(await met({ 'mcp-session-id': 'n1.1' }), ['N1', 'n3']);
});
