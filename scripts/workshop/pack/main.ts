import { join } from 'node:path';
import { buildInto, ROOT } from './build.ts';

await buildInto(join(ROOT, 'dist'));
