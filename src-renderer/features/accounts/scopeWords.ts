import type { TFunction } from 'i18next';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';

/** What a district is called in the language of the page; one that this version does not know keeps its name. */
export function districtName(district: string, t: TFunction): string {
  const known = districts.find((one) => one === district);
  return known === undefined ? district : t(`district.${known}`);
}
