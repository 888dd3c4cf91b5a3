import type { TFunction } from 'i18next';
import type { Scope } from '../../../src-shared/session/principal.ts';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';

/** What a district is called in the language of the page; one that this version does not know keeps its name. */
export function districtName(district: string, t: TFunction): string {
  const known = districts.find((one) => one === district);
  return known === undefined ? district : t(`district.${known}`);
}

/** The districts and squads of an account in a few words. Example: `咸安区 · 温泉中队`. */
export function scopeWords(
  scope: Scope,
  squads: readonly { squadId: string; name: string }[],
  t: TFunction,
): string {
  if (scope.districts === 'all' && scope.squads === 'all') return t('accounts.wholeCity');
  const parts = [
    scope.districts === 'all'
      ? t('accounts.allDistricts')
      : scope.districts.map((one) => districtName(one, t)).join('、') || t('accounts.noDistricts'),
    scope.squads === 'all'
      ? t('accounts.allSquads')
      : scope.squads.map((id) => squads.find((one) => one.squadId === id)?.name ?? id).join('、') ||
        t('accounts.noSquads'),
  ];
  return parts.join(' · ');
}
