import type { TFunction } from 'i18next';
import { checkInAge, type CheckInAge } from '../../../src-shared/squads/memberStatus.ts';
import {
  phoneIdleLifeMs,
  phoneIdleWarningMs,
  type Member,
  type Squad,
} from '../../../src-shared/squads/squads.protocol.ts';

/** What a squad is called in the language shown. */
export function squadName(squad: Squad | undefined, language: string): string {
  return (language === 'en' ? squad?.nameEn : undefined) ?? squad?.name ?? '';
}

/** How long ago, in the largest whole unit. */
export function agoText(ageMs: number, t: TFunction): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1_000));
  if (seconds < 60) return t('squads.ago.seconds', { count: seconds });
  if (seconds < 3_600) return t('squads.ago.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3_600) return t('squads.ago.hours', { count: Math.floor(seconds / 3_600) });
  return t('squads.ago.days', { count: Math.floor(seconds / (24 * 3_600)) });
}

/** The words for a member's phone: signed in or not, and connected or since when not. */
export function phoneText(
  { phone, isConnected, connectionSinceMs }: Member,
  nowMs: number,
  t: TFunction,
): string {
  if (phone === undefined) return t('squads.phone.none');
  if (isConnected) return t('squads.phone.connected', { phone: phone.name });
  const lostAtMs = connectionSinceMs ?? phone.lastUsedAtMs;
  if (lostAtMs === undefined) return t('squads.phone.away');
  return t('squads.phone.awaySince', { ago: agoText(nowMs - lostAtMs, t) });
}

/** Within how many days a phone that nobody uses will be signed out, in words; undefined while that is far. */
export function phoneEndText(
  { phone, isConnected }: Member,
  nowMs: number,
  t: TFunction,
): string | undefined {
  if (phone?.lastUsedAtMs === undefined || isConnected) return undefined;
  const leftMs = phone.lastUsedAtMs + phoneIdleLifeMs - nowMs;
  if (leftMs >= phoneIdleWarningMs) return undefined;
  return t('squads.phone.endsUnused', { count: Math.max(0, Math.ceil(leftMs / (24 * 3_600_000))) });
}

/** The check-in age of a member on duty, with its words; undefined off duty. */
export function checkInText(
  member: Member,
  nowMs: number,
  t: TFunction,
): { age: CheckInAge; words: string } | undefined {
  const age = checkInAge(member.duty, nowMs);
  if (age === 'none') return undefined;
  const { checkedInAtMs } = member.duty;
  if (checkedInAtMs === undefined) return { age, words: t('squads.neverHeard') };
  return { age, words: t('squads.checkIn', { ago: agoText(nowMs - checkedInAtMs, t) }) };
}
