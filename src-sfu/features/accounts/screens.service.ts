import { randomUUID } from 'node:crypto';
import {
  pairingCodeLifeMs,
  screenIdleLifeMs,
  screenIdleWarningMs,
  type PairedScreen,
  type PairedSurface,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { AccountsRepository, ScreenRecord } from './accounts.repository.ts';
import type { LateWrites } from './lateWrites.ts';
import { networkOf, widerNetworkOf } from '../../base/networks.ts';
import { hashOf, newCode, newToken, plainCode } from '../../base/secrets.ts';

/** A screen that shows its code and waits to be confirmed. */
interface Waiting {
  code: string;
  /** What the screen asks with; nobody else knows it. */
  secretHash: string;
  surface: PairedSurface;
  screenId: string;
  address: string;
  untilMs: number;
  /** Set once it was confirmed: the screen fetches it with its secret. */
  credential?: string;
  /** Set where it needs no confirmation: what the screen will be called, and who lets it in. */
  ticket?: { name: string; actor: string };
}

/** Screens at one time that show a code, in all and of one network (an address; of IPv6 64 bits). */
const maxWaiting = 100;
const maxWaitingOfNetwork = 20;
const writtenEveryMs = 60_000;

/** Pairing of walls and showcases: a code on the screen, confirmed at a desk once. */
export interface ScreensService {
  /** A screen asks to be paired; it shows the code, and asks for its credential with the secret. */
  begin(input: { surface: PairedSurface; screenId: string; address: string }): Ack<{
    code: string;
    secret: string;
    expiresAtMs: number;
  }>;
  /** What the screen gets: its credential, once; `undefined` while nobody has confirmed it. */
  collect(secret: string): Promise<Ack<{ credential: string | undefined }>>;
  /** A secret that lets one screen in, once and within 10 min, without a code that somebody confirms. */
  ticket(
    input: { surface: PairedSurface; screenId: string; name: string },
    actor: string,
  ): { secret: string; expiresAtMs: number };
  /** A person at a desk read the code on the screen and typed it in. */
  confirm(input: { code: string; name: string }, actor: string): Promise<Ack<{ screen: PairedScreen }>>;
  /**
   * Asks showcase screens whose pairing has ended for a code, for as long as a code is good: until then they show visitors nothing but
   * the standing picture.
   */
  askForCodes(actor: string): Promise<Ack<{ untilMs: number }>>;
  isAskingForCodes(): boolean;
  /** A credential for a screen that the process which started this hub opens itself. */
  pairDirectly(
    input: { surface: PairedSurface; screenId: string; name: string },
    actor: string,
  ): Promise<{ credential: string; pairingId: string }>;
  /** Undefined also where nobody used it for too long. */
  find(credential: string): ScreenRecord | undefined;
  used(screen: Pick<ScreenRecord, 'pairingId'>, address: string): void;
  /** Ends pairings that nobody used for too long; asked now and then. */
  expire(): void;
  list(): PairedScreen[];
  revoke(pairingId: string, actor: string): Promise<Ack<object>>;
  onEnded(listener: (pairingId: string) => void): void;
}

export function createScreensService(options: {
  repository: AccountsRepository;
  lateWrites: LateWrites;
  stored: readonly ScreenRecord[];
  nowMs(): number;
  onFault(error: unknown): void;
}): ScreensService {
  const { repository, lateWrites, nowMs, onFault } = options;
  const screens = new Map(options.stored.map((one) => [one.pairingId, one]));
  const byCredential = new Map(options.stored.map((one) => [one.credentialHash, one]));
  const storedIds = new Set(options.stored.map(({ pairingId }) => pairingId));
  const waiting = new Map<string, Waiting>();
  const writtenAtMs = new Map<string, number>();
  const ended = createListeners<[pairingId: string]>();
  let codesAskedUntilMs = -Infinity;

  const isUnused = ({ lastUsedAtMs }: ScreenRecord): boolean => nowMs() - lastUsedAtMs >= screenIdleLifeMs;
  /** From this moment the credential opens nothing, whatever the store says. */
  const end = async (screen: ScreenRecord, actor: string, detail: object): Promise<void> => {
    const { pairingId, credentialHash, name } = screen;
    screens.delete(pairingId);
    byCredential.delete(credentialHash);
    writtenAtMs.delete(pairingId);
    ended.notify(pairingId);
    await lateWrites.write(
      { screens: [{ ...screen, endedAtMs: nowMs() }] },
      {
        atMs: nowMs(),
        actor,
        action: 'accounts:revokeScreen',
        subject: pairingId,
        detail: { name, ...detail },
      },
    );
  };
  const shown = ({ credentialHash: _hash, endedAtMs: _ended, ...screen }: ScreenRecord): PairedScreen => {
    const leftMs = screen.lastUsedAtMs + screenIdleLifeMs - nowMs();
    const endsInDays = Math.max(0, Math.ceil(leftMs / (24 * 3_600_000)));
    return { ...screen, ...(leftMs < screenIdleWarningMs ? { endsInDays } : {}) };
  };

  const wait = (one: Omit<Waiting, 'secretHash' | 'untilMs'>): { secret: string; expiresAtMs: number } => {
    const secret = newToken();
    const secretHash = hashOf(secret);
    const expiresAtMs = nowMs() + pairingCodeLifeMs;
    waiting.set(secretHash, { ...one, secretHash, untilMs: expiresAtMs });
    return { secret, expiresAtMs };
  };
  const dropOld = (): void => {
    for (const [hash, { untilMs }] of waiting) if (untilMs <= nowMs()) waiting.delete(hash);
  };
  /**
   * Whether an earlier pairing of the same screen was answered to nobody: it was confirmed before this hub was started, and its
   * credential was never used. Screens of the hub's own machine have no address, and are left alone.
   */
  const isLost = (one: ScreenRecord, next: ScreenRecord): boolean =>
    one.address !== '' &&
    one.address === next.address &&
    one.surface === next.surface &&
    one.screenId === next.screenId &&
    one.lastUsedAtMs === one.pairedAtMs &&
    storedIds.has(one.pairingId);
  const add = async (
    input: { surface: PairedSurface; screenId: string; name: string; address: string },
    actor: string,
  ): Promise<{ record: ScreenRecord; credential: string }> => {
    const credential = newToken();
    const { surface, screenId, name, address } = input;
    const now = nowMs();
    const record: ScreenRecord = {
      pairingId: randomUUID(),
      credentialHash: hashOf(credential),
      surface,
      screenId,
      name,
      pairedAtMs: now,
      pairedBy: actor,
      lastUsedAtMs: now,
      address,
    };
    const detail = { surface, screenId, name, address };
    // A pairing of this screen whose credential was lost with a killed hub, before the screen had it, opens nothing for anybody.
    const lost = [...screens.values()].filter((one) => isLost(one, record));
    await repository.save(
      { screens: [...lost.map((one) => ({ ...one, endedAtMs: now })), record] },
      { atMs: now, actor, action: 'accounts:pairScreen', subject: record.pairingId, detail },
    );
    for (const one of lost) {
      screens.delete(one.pairingId);
      byCredential.delete(one.credentialHash);
    }
    screens.set(record.pairingId, record);
    byCredential.set(record.credentialHash, record);
    return { record, credential };
  };

  return {
    begin({ surface, screenId, address }) {
      dropOld();
      const all = [...waiting.values()].filter(({ ticket }) => ticket === undefined);
      const here = all.filter((one) => networkOf(one.address) === networkOf(address));
      const isFull = all.length >= maxWaiting;
      const givesWay = isFull ? whoGivesWay(all, here.length) : undefined;
      if (here.length >= maxWaitingOfNetwork || (isFull && givesWay === undefined)) {
        return refuse(
          'too_many',
          'Too many screens wait to be paired. Confirm some of them, or wait 10 minutes.',
          {
            reason: 'accounts.too_many_pairings',
          },
        );
      }
      if (givesWay !== undefined) waiting.delete(givesWay.secretHash);
      const code = newCode(2);
      return ok({ code, ...wait({ code: plainCode(code), surface, screenId, address }) });
    },
    async collect(secret) {
      dropOld();
      const hash = hashOf(secret);
      const own = waiting.get(hash);
      if (own === undefined) {
        return refuse('not_found', 'The code on this screen is too old. The screen shows a new one.', {
          reason: 'accounts.pairing_expired',
        });
      }
      if (own.ticket !== undefined) {
        // From here on the ticket opens nothing more.
        waiting.delete(hash);
        const { credential } = await add({ ...own, name: own.ticket.name }, own.ticket.actor).catch(
          (error: unknown) => {
            waiting.set(hash, own);
            throw error;
          },
        );
        return ok({ credential });
      }
      if (own.credential !== undefined) waiting.delete(hash);
      return ok({ credential: own.credential });
    },
    ticket({ surface, screenId, name }, actor) {
      dropOld();
      return wait({ code: '', surface, screenId, address: '', ticket: { name, actor } });
    },
    async confirm({ code, name }, actor) {
      dropOld();
      const typed = plainCode(code);
      const found = [...waiting.values()].find(
        (one) => one.code === typed && one.credential === undefined && one.ticket === undefined,
      );
      if (found === undefined) {
        return refuse(
          'not_found',
          'No screen shows this code now. Read it again; a code is good for 10 minutes.',
          {
            reason: 'accounts.pairing_unknown',
          },
        );
      }
      // From here on a second confirmation does not find it.
      found.code = '';
      const { record, credential } = await add({ ...found, name }, actor).catch((error: unknown) => {
        found.code = typed;
        throw error;
      });
      found.credential = credential;
      found.untilMs = nowMs() + pairingCodeLifeMs;
      return ok({ screen: shown(record) });
    },
    async askForCodes(actor) {
      const untilMs = nowMs() + pairingCodeLifeMs;
      await repository.save(
        {},
        { atMs: nowMs(), actor, action: 'accounts:askForCodes', subject: 'showcase', detail: {} },
      );
      codesAskedUntilMs = untilMs;
      return ok({ untilMs });
    },
    isAskingForCodes: () => nowMs() < codesAskedUntilMs,
    async pairDirectly(input, actor) {
      const { record, credential } = await add({ ...input, address: '' }, actor);
      return { credential, pairingId: record.pairingId };
    },
    find(credential) {
      const screen = byCredential.get(hashOf(credential));
      return screen === undefined || isUnused(screen) ? undefined : screen;
    },
    used({ pairingId }, address) {
      const screen = screens.get(pairingId);
      if (screen === undefined) return;
      screen.lastUsedAtMs = nowMs();
      screen.address = address;
      if (nowMs() - (writtenAtMs.get(screen.pairingId) ?? -Infinity) < writtenEveryMs) return;
      writtenAtMs.set(screen.pairingId, nowMs());
      repository.save({ screens: [screen] }).catch(onFault);
    },
    expire() {
      for (const screen of [...screens.values()])
        if (isUnused(screen)) end(screen, 'hub', { why: 'unused' }).catch(onFault);
    },
    list: () => [...screens.values()].map(shown),
    async revoke(pairingId, actor) {
      const screen = screens.get(pairingId);
      if (screen === undefined) {
        return refuse('not_found', 'There is no such screen.', { reason: 'accounts.no_such_screen' });
      }
      await end(screen, actor, {});
      return ok({});
    },
    onEnded: ended.add,
  };
}

/**
 * Where all places are taken: the oldest of the network with most, within the provider's customer with most, so that whoever takes places
 * keeps nobody else out; that screen shows a new code. Undefined where the newcomer's network has as many, or they are confirmed.
 */
function whoGivesWay(all: readonly Waiting[], ofNewcomer: number): Waiting | undefined {
  const most = (some: readonly Waiting[], keyOf: (network: string) => string): Waiting[] =>
    [...Map.groupBy(some, ({ address }) => keyOf(networkOf(address))).values()].reduce<Waiting[]>(
      (longest, group) => (group.length > longest.length ? group : longest),
      [],
    );
  // One that is being confirmed has no code any more.
  const unconfirmed = all.filter(({ code, credential }) => code !== '' && credential === undefined);
  const fullest = most(most(unconfirmed, widerNetworkOf), (network) => network);
  return fullest.length > ofNewcomer ? fullest[0] : undefined;
}
