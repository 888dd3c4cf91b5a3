import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the packages: whoever may write here may change the code that runs anyway. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/compiled-code/', import.meta.url));

/**
 * Keeps compiled code from one start to the next, for this thread and for those it starts from now on. Only modules that are
 * imported after this call are kept. Where the folder cannot be written, code is compiled at each start.
 *
 * @returns Writes what is not kept yet, once everything is loaded; a process that ends by itself does that at its end too
 */
export function keepCompiledCode(environment: NodeJS.ProcessEnv = process.env): () => void {
  const { status } = enableCompileCache(environment.NODE_COMPILE_CACHE ?? folder);
  if (status === constants.compileCacheStatus.ENABLED) environment.NODE_COMPILE_CACHE ??= folder;
  return () => flushCompileCache();
}
