import { randomUUID } from 'node:crypto';
import { createListeners } from '../../../src-shared/listeners.ts';
import { refuse, ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { neededForPurpose } from '../../../src-shared/session/keyPurposes.ts';
import { wholeCity, type Principal } from '../../../src-shared/session/principal.ts';
import type { Capability } from '../../../src-shared/session/roles.ts';
import type { AccountsRepository } from './accounts.repository.ts';
import { hashOf, newToken } from '../../base/secrets.ts';

/** What a command of this machine may do with its key: no more than the command needs. */
const grantsOf = {
  registry: ['cameras:list', 'cameras:manage'],
  alerts: ['alerts:manage', 'cameras:manage', 'alerts:viewDetails'],
  // Body-worn recorders of squads.
  recorders: ['squads:manage'],
  // Recorders of kitchens, which register by GB/T 28181.
  kitchenRecorders: ['recorders:manage'],
  squads: ['squads:view', 'squads:manage'],
  sites: ['cameras:list', 'sites:manage'],
  // Keys of other systems, of every purpose: nobody makes one that may do more than its maker.
  systemKeys: [...new Set(Object.values(neededForPurpose))],
} as const satisfies Record<string, readonly Capability[]>;
export type CommandPurpose = keyof typeof grantsOf;
export const commandPurposes = Object.keys(grantsOf) as [CommandPurpose, ...CommandPurpose[]];

/** A key that is not used ends after this time: no command takes longer between two requests. Milliseconds. */
const idleLifeMs = 10 * 60_000;
/** Every key ends after this time. Milliseconds. */
const longestLifeMs = 3_600_000;
/** Keys at one time; the one that was used longest ago goes. */
const maxKeys = 50;

/** A key as it is listed. */
export interface CommandKey {
  keyId: string;
  purpose: CommandPurpose;
  createdAtMs: number;
  lastUsedAtMs: number;
  /** Where it was used last; empty before its first use. */
  address: string;
}

/**
 * Keys for commands of this machine, such as `npm run registry`: whoever may open the hub's socket in the data folder gets one for a
 * short while. They are kept in memory only, and end with the hub.
 */
export interface CommandKeys {
  open(purpose: CommandPurpose): Promise<Ack<{ key: string; keyId: string }>>;
  /** Who stands behind a key; that counts as a use. */
  principalOf(key: string, visit: { address: string; device: string }): Principal | undefined;
  list(): CommandKey[];
  end(keyId: string): Ack<object>;
  /** Ends the expired keys, and the work that still goes on with them. Each key is also checked when it is used. */
  expire(): void;
  onEnded(listener: (sessionId: string) => void): void;
}

interface KeptKey extends CommandKey {
  keyHash: string;
}

export function createCommandKeys(options: {
  repository: Pick<AccountsRepository, 'save'>;
  nowMs(): number;
}): CommandKeys {
  const { repository, nowMs } = options;
  const keys = new Map<string, KeptKey>();
  const ended = createListeners<[sessionId: string]>();
  const forget = ({ keyId, keyHash }: KeptKey): void => {
    keys.delete(keyHash);
    ended.notify(sessionIdOf(keyId));
  };
  const dropOld = (): void => {
    const now = nowMs();
    for (const key of [...keys.values()]) {
      if (now - key.lastUsedAtMs >= idleLifeMs || now - key.createdAtMs >= longestLifeMs) forget(key);
    }
  };
  return {
    async open(purpose) {
      dropOld();
      const key = newToken();
      const now = nowMs();
      const kept: KeptKey = {
        keyId: randomUUID(),
        keyHash: hashOf(key),
        purpose,
        createdAtMs: now,
        lastUsedAtMs: now,
        address: '',
      };
      await repository.save(
        {},
        {
          atMs: now,
          actor: commandLine,
          action: 'accounts:openCommandKey',
          subject: kept.keyId,
          detail: { purpose },
        },
      );
      keys.set(kept.keyHash, kept);
      const [oldest] = [...keys.values()].sort((one, other) => one.lastUsedAtMs - other.lastUsedAtMs);
      if (keys.size > maxKeys && oldest !== undefined) forget(oldest);
      return ok({ key, keyId: kept.keyId });
    },
    principalOf(key, { address, device }) {
      const kept = keys.get(hashOf(key));
      if (kept === undefined) return undefined;
      dropOld();
      if (!keys.has(kept.keyHash)) return undefined;
      kept.lastUsedAtMs = nowMs();
      kept.address = address;
      return {
        ...commandLinePrincipal,
        accountId: kept.keyId,
        sessionId: sessionIdOf(kept.keyId),
        device,
        address,
        grants: grantsOf[kept.purpose],
      };
    },
    list() {
      dropOld();
      return [...keys.values()].map(({ keyHash: _hash, ...key }) => key);
    },
    end(keyId) {
      const kept = [...keys.values()].find((one) => one.keyId === keyId);
      if (kept === undefined) {
        return refuse('not_found', 'There is no such key.', { reason: 'accounts.no_such_key' });
      }
      forget(kept);
      return ok({});
    },
    expire: dropOld,
    onEnded: ended.add,
  };
}

/** How the command line is named in records. */
export const commandLine = 'command line';

/** Who uses the socket of this machine, as the audit log names it. */
export const commandLinePrincipal: Principal = {
  kind: 'command_line',
  accountId: '',
  name: commandLine,
  role: 'administrator',
  scope: wholeCity,
  sessionId: commandLine,
  device: '',
  address: '',
};

function sessionIdOf(keyId: string): string {
  return `command:${keyId}`;
}
