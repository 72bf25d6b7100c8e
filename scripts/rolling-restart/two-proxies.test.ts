import assert from 'node:assert/strict';
import test from 'node:test';
import { beginSessions, command, LIMIT, startFleet } from '../drain/test-fleet.ts';
import { command as rollingRestart } from './command.ts';
import { commandFor } from './test-restart.ts';

test(
  'behind two Traefiks, one of which lags, every node is restarted: no session lost, none refused',
  LIMIT,
  async (t) => {
    const fleet = await startFleet(t, { states: ['active', 'active'] });
    const { first, late, args, nodes } = fleet;
    fleet.lag(t);
    const before = [...nodes.values()];
    const traffic = beginSessions(t, { at: [first, late], brief: ['n1', 'n2'] });
    const restart = await commandFor(t, async (node) => {
      await fleet.restart(node);
      return 200;
    });
    const rolling = command(t, rollingRestart, ['--restart', restart, ...args]);
    const { nodes: done, cut } = await rolling.told('done');
    await traffic.stop();
    assert.deepEqual([done, cut, await rolling.code], [['n1', 'n2'], 0, 0]);
    assert.deepEqual(traffic.failures, []);
    assert.ok(traffic.begun.length > 20, `${traffic.begun.length} sessions`);
    assert.ok(before.every((node) => ![...nodes.values()].includes(node)));
  },
);
