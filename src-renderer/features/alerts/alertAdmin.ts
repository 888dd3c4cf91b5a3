import { httpProblemOf } from '../../ui/httpRefusal.ts';
import { createRepeatedCommands } from '../../ui/repeatedCommands.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { alertKindSchema, type AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import type { Scope } from '../../../src-shared/session/principal.ts';

/** A key of another system, as the hub lists it; its secret is shown once, when it is made. */
export interface PlatformKey {
  keyId: string;
  name: string;
  purpose: KeyPurpose;
  districts: Scope['districts'];
  alertsPerSecond: number;
  createdAtMs: number;
  expiresAtMs: number;
  revokedAtMs?: number;
  lastUsedAtMs?: number;
  lastAddress?: string;
}

/** What is chosen for a new key; without districts it is for the whole city. */
export interface NewPlatformKey {
  name: string;
  purpose: KeyPurpose;
  /** Names of districts as they are typed, separated by commas. */
  districts: string;
  lifeDays: number;
}

/** Keys of other systems, and the result of the last action on them or on the alert types. */
export interface AlertAdminState {
  keys: readonly PlatformKey[] | undefined;
  /** The key that was just made, with its secret, until it is put away. */
  made: (PlatformKey & { secret: string }) | undefined;
  busy: boolean;
  /** The problem of the last action, and the form in which it is shown. */
  problem: { part: 'keys' | 'kinds'; code?: string; message: string } | undefined;
}

export interface AlertAdmin {
  store: StoreApi<AlertAdminState>;
  readKeys(): Promise<void>;
  makeKey(key: NewPlatformKey): Promise<void>;
  putSecretAway(): void;
  revokeKey(keyId: string): Promise<void>;
  /** True when it is saved. */
  saveKind(kind: AlertKind): Promise<boolean>;
}

/** Whether an alert type can be saved with its present values; a new own type must not replace another one. */
export function canSaveKind(kind: AlertKind, kinds: ReadonlyMap<string, AlertKind>, isNew: boolean): boolean {
  return alertKindSchema.safeParse(kind).success && !(isNew && kinds.has(kind.kindId));
}

/** Keys and own kinds, over the hub's HTTP interface. */
export function createAlertAdmin(options: { fetch: typeof fetch }): AlertAdmin {
  const store = createStore<AlertAdminState>(() => ({
    keys: undefined,
    made: undefined,
    busy: false,
    problem: undefined,
  }));

  const commands = createRepeatedCommands(() => crypto.randomUUID());

  /** The answer of the hub; undefined when it refused, and then the problem is shown. */
  const ask = async <Answer>(
    part: 'keys' | 'kinds',
    address: string,
    init: { method?: string; body?: object } = {},
  ): Promise<Answer | undefined> => {
    store.setState({ busy: true, problem: undefined });
    const failed = (message: string, code?: string): undefined => {
      const problem = { part, message, ...(code === undefined ? {} : { code }) };
      store.setState({ busy: false, problem });
    };
    try {
      const answer = await options.fetch(address, {
        method: init.method ?? 'GET',
        headers: {
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      });
      const body: unknown = await answer.json();
      if (!answer.ok) {
        const { error } = body as { error?: { code?: string; reason?: string; message?: string } };
        return failed(error?.message ?? `HTTP ${answer.status}`, httpProblemOf(error));
      }
      store.setState({ busy: false });
      return body as Answer;
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error), 'no_answer');
    }
  };
  const readKeys = async (): Promise<void> => {
    const answer = await ask<{ keys: PlatformKey[] }>('keys', '/api/v1/alert-keys');
    if (answer !== undefined) store.setState({ keys: answer.keys });
  };

  return {
    store,
    readKeys,
    async makeKey({ name, purpose, lifeDays, ...typed }) {
      const districts = typed.districts.split(/[,，、]/).flatMap((district) => district.trim() || []);
      const wanted = {
        name: name.trim(),
        purpose,
        lifeDays,
        ...(districts.length === 0 ? {} : { districts }),
      };
      const made = await commands.send(
        JSON.stringify(wanted),
        (commandId) =>
          ask<PlatformKey & { secret: string }>('keys', '/api/v1/alert-keys', {
            method: 'POST',
            body: { ...wanted, commandId },
          }),
        (answer) => answer !== undefined || store.getState().problem?.code !== 'no_answer',
      );
      if (made === undefined) return;
      store.setState({ made });
      await readKeys();
    },
    putSecretAway: () => store.setState({ made: undefined }),
    async revokeKey(keyId) {
      const address = `/api/v1/alert-keys/${encodeURIComponent(keyId)}`;
      const answer = await ask<{ keys: PlatformKey[] }>('keys', address, { method: 'DELETE' });
      if (answer === undefined) return;
      const { made } = store.getState();
      store.setState({ keys: answer.keys, made: made?.keyId === keyId ? undefined : made });
    },
    async saveKind(kind) {
      // The hub notifies every desk of the kinds, this one too.
      return (await ask('kinds', '/api/v1/alert-kinds', { method: 'PUT', body: kind })) !== undefined;
    },
  };
}
