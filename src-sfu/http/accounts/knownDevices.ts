import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Caller } from '../../features/accounts/signIn.service.ts';
import { readCookies } from './cookies.ts';

/** Seals what the browser keeps, so that nobody else can write it. */
export interface Sealing {
  seal(secret: string, boundTo?: string): string;
  /** Throws for what was not sealed here. */
  open(sealed: string, boundTo?: string): string;
}

const place = 'device that has signed in';
/** People who share a desk. Of more, those who signed in longest ago are forgotten. */
const maxAccounts = 12;
const keptSchema = z.object({ deviceId: z.string(), accountIds: z.array(z.string()).max(maxAccounts) });

/** Browsers that have signed in before, by a sealed cookie: their owners are not delayed for what others guess. */
export interface KnownDevices {
  of(request: Pick<IncomingMessage, 'headers'>): Caller['known'];
  /** The cookie's value once the account has signed in with this browser. */
  after(known: Caller['known'], accountId: string): string;
}

export function createKnownDevices(sealing: Sealing): KnownDevices {
  return {
    of(request) {
      for (const value of readCookies('device', request)) {
        try {
          const kept = keptSchema.safeParse(JSON.parse(sealing.open(value, place)));
          if (kept.success) return kept.data;
        } catch {
          // Of another hub, of another key, or made up: as if it were not there.
        }
      }
      return undefined;
    },
    after(known, accountId) {
      const accountIds = [accountId, ...(known?.accountIds ?? []).filter((one) => one !== accountId)];
      const kept = {
        deviceId: known?.deviceId ?? randomUUID(),
        accountIds: accountIds.slice(0, maxAccounts),
      };
      return sealing.seal(JSON.stringify(kept), place);
    },
  };
}
