import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../../src-shared/session/principal.ts';

const asking = new AsyncLocalStorage<Principal>();

/** Runs a request, so that every line which it writes to the audit log names who asked. */
export function askedBy<Result>(principal: Principal, work: () => Result): Result {
  return asking.run(principal, work);
}

/** Who asked for what is being done now; undefined for what the hub does by itself. */
export function askingPrincipal(): Principal | undefined {
  return asking.getStore();
}
