import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cluster, ClusterNode, NodeState } from '../cluster/cluster.ts';
import { NodeReload } from './node-reload.ts';

type Given = { readonly states: Readonly<Record<string, NodeState>>; readonly broken?: string; readonly weak?: string };

const clusterOf = ({ states, broken, weak }: Given): { cluster: Cluster; restarted: string[] } => {
  const restarted: string[] = [];
  const cluster: Pick<Cluster, 'nodes' | 'rebuild' | 'restart'> = {
    nodes: () => Object.entries(states).map(([id, state]) => ({ id, state }) as ClusterNode),
    rebuild: async () => {
      if (broken !== undefined) throw new Error(broken);
    },
    restart: async (id) => {
      restarted.push(id);
      if (id === weak) throw new Error(`${id} ended`);
    },
  };
  return { cluster: cluster as Cluster, restarted };
};

test('running nodes are restarted, and killed ones stay down', async () => {
  const { cluster, restarted } = clusterOf({ states: { n1: 'up', n2: 'down', n3: 'frozen' } });
  assert.deepEqual(await new NodeReload(cluster).restart(), []);
  assert.deepEqual(restarted, ['n1', 'n3']);
});

test('sources that do not compile leave the nodes alone', async () => {
  const { cluster, restarted } = clusterOf({ states: { n1: 'up' }, broken: 'node/main.ts:3:1: Unexpected "}"' });
  const [failure, ...more] = await new NodeReload(cluster).restart();
  assert.match(failure ?? '', /node\/main\.ts:3:1.*\nthe nodes keep running the old code/);
  assert.deepEqual([more, restarted], [[], []]);
});

test('a node that a change has broken is retried at the next change', async () => {
  const states: Record<string, NodeState> = { n1: 'up', n2: 'up' };
  const { cluster, restarted } = clusterOf({ states, weak: 'n2' });
  const reload = new NodeReload(cluster);
  assert.deepEqual(await reload.restart(), ['n2 ended']);
  states.n2 = 'down';
  await reload.restart();
  assert.deepEqual(restarted, ['n1', 'n2', 'n1', 'n2']);
});
