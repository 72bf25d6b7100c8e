import { startEmbeddedRedis } from './embedded/server.ts';
import { noRedis, runRedis, sharedRedis } from './test-bench.ts';
import { registryContract } from './test-contract.ts';

registryContract('real Redis', async (t) => sharedRedis(t, (await runRedis(t)).url), { skip: noRedis });

registryContract('embedded Redis', async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  return sharedRedis(t, redis.url);
});
