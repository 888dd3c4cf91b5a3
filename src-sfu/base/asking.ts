import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../../src-shared/session/principal.ts';

const asking = new AsyncLocalStorage<Principal>();

/** Runs a request, so that every line which it writes to the audit log names who asked. */
export function askedBy<Result>(principal: Principal, work: () => Result): Result {
  return asking.run(principal, work);
}

/** What the audit log keeps of who asked: everything that says who, and nothing that opens a door. */
export type RecordedPrincipal = Pick<
  Principal,
  'kind' | 'accountId' | 'name' | 'role' | 'sessionId' | 'device' | 'address' | 'openedBy'
>;

/** Who asks now, for a change that is written later and perhaps together with those of others. */
export function recordedPrincipal(principal = asking.getStore()): RecordedPrincipal | undefined {
  if (principal === undefined) return undefined;
  const { kind, accountId, name, role, sessionId, device, address, openedBy } = principal;
  const opened = openedBy === undefined ? {} : { openedBy };
  return { kind, accountId, name, role, sessionId, device, address, ...opened };
}

/** Who asked for what is being done now; undefined for what the hub does by itself. */
export function askingPrincipal(): Principal | undefined {
  return asking.getStore();
}
