import type { TFunction } from 'i18next';

/** The hub's words for a desk without an officer, such as `值班席 2`; a name that an officer gave never looks like this. */
const seatPattern = /^(值班席|指挥长席|席位)(?: (\d{1,6}))?$/;
const screenPattern = /^screen(?: (.+))?$/;

/**
 * Shows who acted at a desk in the language of this screen. The hub names a desk without an officer by its seat in Chinese
 * (src-sfu/base/deskName.ts): `值班席 2` is shown as `Desk 2` on an English screen. Names of persons stay as they are.
 */
export function seatWords(name: string, t: TFunction): string {
  const [, seat, number = ''] = seatPattern.exec(name) ?? [];
  if (seat === '值班席') return t('seat.dutyOfficer', { number }).trim();
  if (seat === '指挥长席') return t('seat.supervisor', { number }).trim();
  if (seat === '席位') return t('seat.other', { number }).trim();
  // What came over the public's page; nobody there has a name.
  if (name === 'public') return t('seat.public');
  // What nobody did: the times of the wall, and the server itself.
  if (name === 'schedule') return t('seat.schedule');
  if (name === 'hub') return t('seat.hub');
  const screen = screenPattern.exec(name);
  return screen === null ? name : t('seat.screen', { screen: screen[1] ?? '' }).trim();
}
