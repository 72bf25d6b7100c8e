import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { readTopology } from '../topology/read-topology.ts';
import { generateFiles } from './generate-files.ts';
import { composeFiles } from './targets/compose.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const topologyIn = (file: string) => readTopology(read(file), file).topology!;

for (const { source, folder } of [
  { source: 'config/dev.yaml', folder: 'config' },
  { source: 'config/production.yaml', folder: 'config/production' },
])
  test(`the files of Traefik in ${folder} are those of ${source}`, () => {
    const files = generateFiles(topologyIn(source), { dynamicFile: `${folder}/dynamic.yml`, source });
    assert.equal(files.static, read(`${folder}/traefik.yml`));
    assert.equal(files.dynamic, read(`${folder}/dynamic.yml`));
  });

test('the compose file of config is that of production', () => {
  for (const { path, text } of composeFiles(topologyIn('config/production.yaml')))
    assert.equal(text, read(`config/${path}`));
});
