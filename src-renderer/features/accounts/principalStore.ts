import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Snapshot } from '../../../src-shared/protocol/index.ts';
import type { DeskSession } from '../../../src-shared/session/session.protocol.ts';
import type { Capability, Role } from '../../../src-shared/session/roles.ts';

/** The person at this desk and the rights here, as in the hub's latest message. */
export interface PrincipalState {
  /** Undefined until the desk joined. */
  role: Role | undefined;
  capabilities: ReadonlySet<Capability>;
  desk: DeskSession | undefined;
  /** The desk locks itself before the hub has answered: from then on nothing is shown. */
  isLocking: boolean;
  /** The window in which another person signs in at this desk. */
  isSwitching: boolean;
}

export type PrincipalStore = StoreApi<PrincipalState>;

export function createPrincipalStore(): PrincipalStore {
  return createStore<PrincipalState>(() => ({
    role: undefined,
    capabilities: new Set(),
    desk: undefined,
    isLocking: false,
    isSwitching: false,
  }));
}

/** Applies a snapshot. A desk that is locking itself stays locked until the hub confirms it. */
export function takePrincipal(
  store: PrincipalStore,
  { role, capabilities, desk }: Pick<Snapshot, 'role' | 'capabilities' | 'desk'>,
): void {
  const isLocking = store.getState().isLocking && desk?.standing === 'open';
  store.setState({ role, capabilities: new Set(capabilities), desk, isLocking });
}

/** Whether the desk shows nothing but that it is locked. */
export function isLocked({ desk, isLocking }: Pick<PrincipalState, 'desk' | 'isLocking'>): boolean {
  return isLocking || desk?.standing === 'locked';
}
