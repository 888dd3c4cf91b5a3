/**
 * What a hub's environment has unless the operator set it otherwise: it is spread before the present environment. The C library (glibc) reads it
 * when the program starts: two places for the memory of all threads, in place of eight for each processor, which each keep what was given
 * back (docs/security.md has the figures). `src-sfu/index.ts` removes it, so that nothing which the hub starts is limited.
 */
export const hubEnvironment = { MALLOC_ARENA_MAX: '2' };
