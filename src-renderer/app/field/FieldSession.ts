import type { NoticeOf } from '../../../src-shared/protocol/index.ts';
import { signInProblem, type FieldStore } from '../../features/field/fieldStore.ts';
import { isWholeCode, newMemberToken, phoneName } from '../../features/field/signIn.ts';
import type { HubLink, SnapshotArrival } from '../../server/hubLink.ts';
import { keepMemberToken } from '../../server/memberToken.ts';
import type { PageStorage } from '../../server/pageStorage.ts';
import type { AnyFieldFeature } from './fieldFeature.ts';

/** The name of the lock that the newest page of this phone holds. */
const phoneLock = 'mingchu.phone';

export interface FieldSessionParts {
  field: FieldStore;
  link: Pick<HubLink, 'request' | 'reconnect' | 'close'>;
  storage: PageStorage;
  /** The browser's own name, from which the desk recognises the phone. */
  userAgent: string;
  /** Undefined in an older browser, which has no locks. */
  locks: Pick<LockManager, 'request'> | undefined;
}

/** Who is signed in on this phone, and since when not: it notifies the features of both. */
export class FieldSession {
  readonly #parts: FieldSessionParts;
  #features: readonly AnyFieldFeature[] = [];
  /** A sign-in whose answer was lost is repeated with the same secret. */
  #attempt: { code: string; token: string } | undefined;

  constructor(parts: FieldSessionParts) {
    this.#parts = parts;
  }

  /** Begins with these features; to be called once, when all parts of the page are built. */
  start(features: readonly AnyFieldFeature[]): void {
    this.#features = features;
    this.#takePhone();
    if (this.#parts.field.getState().isSignedIn) this.#signedIn(false);
  }

  snapshotArrived(arrival: SnapshotArrival): void {
    const { snapshot } = arrival;
    if (snapshot.squads?.self !== undefined) {
      for (const { takeSnapshot } of this.#features) takeSnapshot?.(arrival);
      return;
    }
    // A code that was scanned is used at once.
    const { isSignedIn, signIn } = this.#parts.field.getState();
    if (!isSignedIn && isWholeCode(signIn.code) && signIn.problem === undefined) void this.signIn();
  }

  /** The hub refused the secret of this phone: it is not valid any more. */
  joinForbidden(): void {
    if (this.#parts.field.getState().isSignedIn) this.signedOut('revoked');
  }

  /** A gesture of the user. */
  touched(): void {
    for (const { touched } of this.#features) touched?.();
  }

  typeCode(code: string): void {
    this.#parts.field.setState({ signIn: { code, isBusy: false } });
  }

  /** Uses the code that was typed or scanned. */
  async signIn(): Promise<void> {
    const { field, link, storage, userAgent } = this.#parts;
    const { code, isBusy } = field.getState().signIn;
    if (isBusy || !isWholeCode(code)) return;
    if (this.#attempt?.code !== code) this.#attempt = { code, token: newMemberToken() };
    const attempt = this.#attempt;
    field.setState({ signIn: { code, isBusy: true } });
    const answer = await link.request('squads:signIn', { ...attempt, phoneName: phoneName(userAgent) });
    if (!answer.ok) {
      field.setState({ signIn: { code, isBusy: false, problem: signInProblem(answer.code) } });
      return;
    }
    this.#attempt = undefined;
    keepMemberToken(storage, attempt.token);
    field.setState({ isSignedIn: true, signedOut: undefined, signIn: { code: '', isBusy: false } });
    this.#signedIn(true);
    // The hub learns at the next join who this is.
    link.reconnect();
  }

  async signOut(): Promise<void> {
    const answer = await this.#parts.link.request('squads:signOut', {});
    // `unavailable`: the hub still considers this phone signed in. A hub that signs it out ends the connection before it answers.
    const isHeld = !answer.ok && answer.code === 'unavailable';
    this.#parts.field.setState({ isSignOutHeld: isHeld });
    if (!isHeld) this.signedOut('by_phone');
  }

  /** Nobody is signed in any more: everything of the member is forgotten. */
  signedOut(reason: NoticeOf<'squads:signedOut'>['reason']): void {
    const { field, link, storage } = this.#parts;
    keepMemberToken(storage, undefined);
    field.setState({ isSignedIn: false, signedOut: reason });
    for (const { signedOut } of this.#features) signedOut?.();
    link.reconnect();
  }

  #signedIn(isNew: boolean): void {
    for (const { signedIn } of this.#features) signedIn?.(isNew);
  }

  /** Only the newest page of a phone is connected: two pages would end each other's connection for ever. */
  #takePhone(): void {
    const held = this.#parts.locks?.request(
      phoneLock,
      { steal: true },
      () => new Promise<void>(() => undefined),
    );
    held?.catch((error: unknown) => {
      // The next page takes the lock. A browser that forbids storage forbids locks too, with another error.
      if (!(error instanceof DOMException) || error.name !== 'AbortError') return;
      for (const { setAside } of this.#features) setAside?.();
      for (const { connectionLost } of this.#features) connectionLost?.();
      this.#parts.link.close();
      this.#parts.field.setState({ isAside: true });
    });
  }
}
