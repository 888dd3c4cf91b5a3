import { createListeners } from '../../../src-shared/listeners.ts';
import { createHash, randomInt } from 'node:crypto';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import {
  phoneIdleLifeMs,
  signInCodeLifeMs,
  type Member,
} from '../../../src-shared/squads/squads.protocol.ts';
import { createWrongCodes } from '../../base/wrongCodes.ts';
import type { Roster } from './roster.ts';
import { withoutHome } from './squadsSnapshot.ts';
import type { PhoneRecord, SignInCode, SquadsContent, SquadsRepository } from './squads.repository.ts';

export type SignOutReason = 'revoked' | 'replaced' | 'removed' | 'by_phone' | 'unused';

/** Phones of members: codes made, used once, phones known by their token, and signed out. */
export interface Phones {
  makeCode(memberId: string, actor: string): Promise<Ack<OutputOf<'squads:makeSignInCode'>>>;
  /** `from` is the address that wrong codes are counted by, `sender` the connection, of which one code is checked at a time. */
  signIn(
    input: { code: string; token: string; phoneName: string },
    from: string,
    sender: string,
  ): Promise<Ack<OutputOf<'squads:signIn'>>>;
  /** The connection is over: a code of it that waits for its turn is not checked any more. */
  senderGone(sender: string): void;
  /** Whose phone has this token, unless nobody used it for too long. */
  memberOf(token: string): string | undefined;
  /** The member's phone was used just now; it is written with the next `tidy`. */
  used(memberId: string, address?: string): void;
  /** The member's phone as the desk lists it. */
  phoneOf(memberId: string): Member['phone'];
  /** Writes when phones were used last, and signs out those that nobody used for too long. Asked about once a minute. */
  tidy(isConnected: (memberId: string) => boolean): Promise<void>;
  signOut(memberId: string, reason: SignOutReason, actor: string): Promise<void>;
  /** Adds a listener that is called when a sign-in ends; it must end the phone's connections. */
  onSignedOut(listener: (memberId: string, reason: SignOutReason) => void): void;
}

export interface PhonesOptions {
  content: SquadsContent;
  repository: SquadsRepository;
  roster: Roster;
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}

/** Letters and digits that cannot be confused with one another. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const codeLength = 8;

export function createPhones({ content, repository, roster, inTurn, nowMs }: PhonesOptions): Phones {
  const codes = new Map<string, SignInCode>(content.codes.map((code) => [code.codeHash, code]));
  const memberByToken = new Map(content.phones.map((phone) => [phone.tokenHash, phone.memberId]));
  const phones = new Map<string, PhoneRecord>(content.phones.map((phone) => [phone.memberId, phone]));
  const unwritten = new Set<string>();
  const wrongCodes = createWrongCodes(nowMs);
  const signedOut = createListeners<[memberId: string, reason: SignOutReason]>();

  const forgetPhone = (memberId: string, reason: SignOutReason): boolean => {
    let was = false;
    for (const [tokenHash, owner] of memberByToken) {
      if (owner === memberId) was = memberByToken.delete(tokenHash);
    }
    phones.delete(memberId);
    unwritten.delete(memberId);
    if (was) signedOut.notify(memberId, reason);
    return was;
  };

  const isUnused = ({ lastUsedAtMs }: PhoneRecord): boolean => nowMs() - lastUsedAtMs >= phoneIdleLifeMs;
  const shown = ({ phoneName, signedInAtMs, lastUsedAtMs, address }: PhoneRecord): Member['phone'] => ({
    name: phoneName,
    signedInAtMs,
    lastUsedAtMs,
    ...(address === '' ? {} : { address }),
  });

  const answer = (memberId: string): Ack<OutputOf<'squads:signIn'>> => {
    const member = roster.member(memberId);
    const squad = member === undefined ? undefined : roster.squad(member.squadId);
    if (member === undefined || squad === undefined) {
      return refuse('conflict', 'The member of this code was removed. Ask the desk for a new code.', {
        reason: 'squads.code_of_removed_member',
      });
    }
    return ok({ memberId, memberName: member.name, squad: withoutHome(squad) });
  };

  const use = async (
    codeHash: string,
    { token, phoneName }: { token: string; phoneName: string },
    from: string,
  ): Promise<Ack<OutputOf<'squads:signIn'>>> => {
    const code = codes.get(codeHash);
    if (code === undefined) {
      wrongCodes.note(from);
      return refuse('not_found', 'There is no such code. Check it, or ask the desk for a new one.', {
        reason: 'squads.code_unknown',
      });
    }
    const tokenHash = hashOf(token);
    if (code.usedByTokenHash !== undefined) {
      const isRepeat = code.usedByTokenHash === tokenHash && memberByToken.get(tokenHash) === code.memberId;
      if (isRepeat) return answer(code.memberId);
      wrongCodes.note(from);
      return refuse('conflict', 'This code was used already. Ask the desk for a new one.', {
        reason: 'squads.code_used',
      });
    }
    // A code with a longer life than any code can have was made before the clock was set back. It must not live for ever.
    if (code.expiresAtMs <= nowMs() || code.expiresAtMs > nowMs() + signInCodeLifeMs) {
      return refuse('conflict', 'This code is too old. Ask the desk for a new one.', {
        reason: 'squads.code_expired',
      });
    }
    const { memberId } = code;
    const answered = answer(memberId);
    if (!answered.ok) return answered;
    if (memberByToken.has(tokenHash)) {
      return refuse('conflict', 'This phone’s secret is in use. Let the phone make a new one.', {
        reason: 'squads.phone_secret_in_use',
      });
    }
    const now = nowMs();
    const phone = { tokenHash, memberId, phoneName, signedInAtMs: now, lastUsedAtMs: now, address: from };
    await repository.signIn(codeHash, phone);
    codes.set(codeHash, { ...code, usedByTokenHash: tokenHash });
    forgetPhone(memberId, 'replaced');
    memberByToken.set(tokenHash, memberId);
    phones.set(memberId, phone);
    roster.change(memberId, { phone: shown(phone) });
    return answered;
  };

  const used: Phones['used'] = (memberId, address) => {
    const phone = phones.get(memberId);
    if (phone === undefined) return;
    phone.lastUsedAtMs = nowMs();
    phone.address = address ?? phone.address;
    unwritten.add(memberId);
  };
  const signOut: Phones['signOut'] = (memberId, reason, actor) =>
    inTurn(memberId, async () => {
      // The phone is refused from this moment on, even when the database fails.
      const wasThere = forgetPhone(memberId, reason);
      // A sign-out that could not be stored earlier is stored now.
      if (!wasThere && roster.member(memberId)?.phone === undefined) return;
      await repository.signOut(memberId, reason, actor, nowMs());
      roster.change(memberId, { phone: undefined, phoneState: undefined });
    });

  return {
    makeCode: (memberId, actor) =>
      inTurn(memberId, async () => {
        if (roster.member(memberId) === undefined)
          return refuse('not_found', `There is no member ${memberId}.`, { reason: 'squads.no_such_member' });
        const code = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
        const expiresAtMs = nowMs() + signInCodeLifeMs;
        const made: SignInCode = { codeHash: hashOf(code), memberId, expiresAtMs };
        await repository.saveCode(made, actor, nowMs());
        for (const [codeHash, old] of codes) {
          if (old.memberId === memberId && old.usedByTokenHash === undefined) codes.delete(codeHash);
        }
        codes.set(made.codeHash, made);
        const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
        return ok({ code: shown, expiresAtMs, path: `/field.html#code=${shown}` });
      }),
    async signIn(input, from, sender) {
      if (!(await wrongCodes.turn(from, sender))) {
        return refuse('too_many', 'Too many codes are tried at this moment. Try again in a few seconds.', {
          reason: 'squads.too_many_wrong_codes',
        });
      }
      const codeHash = hashOf(plainCode(input.code));
      return inTurn(codes.get(codeHash)?.memberId ?? '', () => use(codeHash, input, from));
    },
    senderGone: wrongCodes.gone,
    memberOf(token) {
      const memberId = memberByToken.get(hashOf(token));
      const phone = memberId === undefined ? undefined : phones.get(memberId);
      return phone === undefined || isUnused(phone) ? undefined : memberId;
    },
    used,
    phoneOf(memberId) {
      const phone = phones.get(memberId);
      return phone === undefined ? undefined : shown(phone);
    },
    async tidy(isConnected) {
      for (const phone of [...phones.values()]) {
        // A phone that is connected is in use, whatever it sends.
        if (isConnected(phone.memberId)) used(phone.memberId);
        else if (isUnused(phone)) await signOut(phone.memberId, 'unused', 'hub');
      }
      const written = [...unwritten].flatMap((memberId) => phones.get(memberId) ?? []);
      unwritten.clear();
      if (written.length === 0) return;
      try {
        await repository.savePhoneUses(written.map((phone) => ({ ...phone })));
      } catch (error) {
        for (const { memberId } of written) if (phones.has(memberId)) unwritten.add(memberId);
        throw error;
      }
    },
    signOut,
    onSignedOut: signedOut.add,
  };
}

function plainCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toUpperCase();
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
