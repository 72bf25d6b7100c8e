import { testGrowth } from '../test-growth.ts';
import { yamlValues } from './yaml-values.ts';

testGrowth('values of YAML', yamlValues, {
  cases: [
    {
      name: 'keys of a mapping',
      grown: (size) => Array.from({ length: size / 8 }, (_, i) => `k${i}: 1\n`).join(''),
    },
  ],
  largest: 1 << 18,
});
