import { type BadLine, badLine } from '../../../shared/registry/test-proxy.ts';

const line = await badLine({ after: () => undefined }, Number(process.argv[2]));
process.on('message', (settings: Partial<BadLine>) => Object.assign(line, settings));
process.on('disconnect', () => process.exit());
process.send?.(line.url);
