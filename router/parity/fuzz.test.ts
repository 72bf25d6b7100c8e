import assert from 'node:assert/strict';
import test from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { runCampaign } from './fuzz/campaign.ts';
import { Random } from './fuzz/random.ts';
import { bytesOf, randomRequest } from './fuzz/request.ts';
import { randomWorld } from './fuzz/world.ts';

const REQUESTS = 300;

test('the same seed gives the same world and the same requests', () => {
  const make = () => {
    const random = new Random(7);
    const world = randomWorld(random);
    return [world, bytesOf(randomRequest(random, world, (text) => text))];
  };
  assert.deepEqual(make(), make());
});

const skip = noTraefik();

test(`${REQUESTS} random requests get the same answers from the router and Traefik`, { skip }, async () => {
  const { requests, differences } = await runCampaign({ requests: REQUESTS, seed: 1, most: 1 });
  assert.deepEqual(differences, []);
  assert.equal(requests, REQUESTS);
});
