import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Since Node 22.1. */
type Newer = { enableCompileCache?(folder: string): unknown };

/**
 * Keeps the compiled code of a command and of the nodes it starts, which saves a sixth of their start-up time. The
 * folder is the user's own: Node's default is a shared one, where another user could place code.
 */
export const keepCompiled = (env: NodeJS.ProcessEnv): void => {
  if (!import.meta.url.endsWith('.js') || env.NODE_DISABLE_COMPILE_CACHE) return;
  env.NODE_COMPILE_CACHE ??= join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mooring');
  (nodeModule as Newer).enableCompileCache?.(env.NODE_COMPILE_CACHE);
};
