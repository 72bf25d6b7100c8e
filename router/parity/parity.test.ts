import assert from 'node:assert/strict';
import test from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { AREAS } from './areas.ts';
import { runAreas } from './run-areas.ts';

for (const subject of ['router', 'traefik'] as const) {
  test(`every case holds on ${subject}`, { skip: subject === 'traefik' && noTraefik() }, async (t) => {
    const failed: string[] = [];
    for await (const { area, name, error } of runAreas(subject, AREAS)) {
      await t.test(`${area}: ${name}`, () => {
        if (error) throw error;
      });
      if (error) failed.push(`${area}: ${name}: ${error.message}`);
    }
    // Among so many, who fell must be said where the run ends.
    assert.deepEqual(failed, []);
  });
}
