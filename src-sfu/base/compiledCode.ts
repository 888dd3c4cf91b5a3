import { constants, enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the packages: whoever may write here may change the code that runs anyway. */
const besidePackages = fileURLToPath(new URL('../../node_modules/.cache/compiled-code/', import.meta.url));

/**
 * Keeps compiled code from one start to the next, for this thread and for those it starts from now on. Only modules that are
 * imported after this call are kept. Where the folder cannot be written, code is compiled at each start.
 *
 * @returns Writes what is not kept yet, once everything is loaded; a process that ends by itself does that at its end too
 */
export function keepCompiledCode(folder = process.env.NODE_COMPILE_CACHE ?? besidePackages): () => void {
  const { status } = enableCompileCache(folder);
  // Threads read it when they start.
  if (status === constants.compileCacheStatus.ENABLED) process.env.NODE_COMPILE_CACHE ??= folder;
  return flushCompileCache;
}
