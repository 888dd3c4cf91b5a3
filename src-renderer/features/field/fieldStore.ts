import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { MemberStatus, StatusRefusal } from '../../../src-shared/squads/memberStatus.ts';
import type { Member, Squad, SquadsSnapshot } from '../../../src-shared/squads/squads.protocol.ts';
import { noEmergency, type OwnEmergency } from './emergencySender.ts';
import type { Waiting } from './outbox.ts';
import type { SharingState } from './positionSharing.ts';
import type { WakeLockState } from './wakeLock.ts';

/** Why a code was not accepted. */
export type SignInProblem = 'not_found' | 'used' | 'too_many' | 'no_hub' | 'other';

/** What a phone knows about its member from the hub, and what only the phone knows. */
export interface FieldState {
  /** Whether this phone has signed in; the hub may be away. */
  isSignedIn: boolean;
  signIn: { code: string; isBusy: boolean; problem?: SignInProblem };
  /** Why it is not signed in any more. */
  signedOut: NoticeOf<'squads:signedOut'>['reason'] | undefined;
  self: { memberId: string; squadId: string } | undefined;
  member: Member | undefined;
  squads: readonly Squad[];
  waiting: Waiting;
  /** The last status change that the hub did not apply. */
  refusedStatus: { status: MemberStatus; refusal: StatusRefusal | undefined } | undefined;
  sharing: SharingState;
  emergency: OwnEmergency;
  wakeLock: WakeLockState;
  /** Whether signing out failed because there was no connection. */
  isSignOutHeld: boolean;
  /** Whether another page of this phone took its place. */
  isAside: boolean;
  roundTripMs: number | undefined;
}

export type FieldStore = StoreApi<FieldState>;

export function createFieldStore(isSignedIn: boolean, code: string | undefined): FieldStore {
  return createStore<FieldState>(() => ({
    isSignedIn,
    signIn: { code: code ?? '', isBusy: false },
    signedOut: undefined,
    self: undefined,
    member: undefined,
    squads: [],
    waiting: { statuses: [], positions: [] },
    refusedStatus: undefined,
    sharing: { state: 'off' },
    emergency: noEmergency,
    wakeLock: 'off',
    isSignOutHeld: false,
    isAside: false,
    roundTripMs: undefined,
  }));
}

/** A snapshot came for this phone's member. */
export function resetField(store: FieldStore, squads: SquadsSnapshot | undefined): void {
  const self = squads?.self;
  store.setState({
    self,
    squads: squads?.squads ?? [],
    member: squads?.members.find(({ memberId }) => memberId === self?.memberId),
  });
}

/** Members changed; only this phone's own member is used here. */
export function takeMembers(store: FieldStore, members: readonly Member[]): void {
  const { self } = store.getState();
  const own = members.find(({ memberId }) => memberId === self?.memberId);
  if (own !== undefined) store.setState({ member: own });
}

/** The status as the member chose it last, whether the hub has it yet or not. */
export function shownStatus({ member, waiting }: FieldState): MemberStatus | undefined {
  return waiting.statuses.at(-1)?.status ?? member?.duty.status;
}

/** The hub's reason for a refused code. */
export function signInProblem(code: string): SignInProblem {
  switch (code) {
    case 'not_found':
    case 'bad_request':
      return 'not_found';
    case 'conflict':
      return 'used';
    case 'too_many':
      return 'too_many';
    case 'unavailable':
    case 'timeout':
      return 'no_hub';
    default:
      return 'other';
  }
}
