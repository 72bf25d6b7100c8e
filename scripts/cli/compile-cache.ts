import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Since Node 22.1. */
type Newer = { enableCompileCache?(folder: string): unknown };

/**
 * What a command and the nodes it starts were compiled to is kept, which saves a sixth of their start. In a folder of
 * the user's own: what lies in a folder for all, as Node's own choice does, others could have put there.
 */
export const keepCompiled = (env: NodeJS.ProcessEnv): void => {
  if (!import.meta.url.endsWith('.js') || env.NODE_DISABLE_COMPILE_CACHE) return;
  env.NODE_COMPILE_CACHE ??= join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mooring');
  (nodeModule as Newer).enableCompileCache?.(env.NODE_COMPILE_CACHE);
};
