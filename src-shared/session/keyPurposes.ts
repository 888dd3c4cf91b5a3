import type { Scope } from './principal.ts';
import type { Capability } from './roles.ts';

/**
 * What a key of another system is for. A key of `alerts` signs the alerts that it reports; keys of `registry` (import and export of
 * sites and cameras), of `recorders` (recorders that register by GB/T 28181), of `records` (alerts and their history), of `orders` (orders
 * and findings), of `monitoring` (the figures of `/metrics`), and of `pictures` (cameras by WHEP) are sent as `Authorization: Bearer KEY`.
 */
export const keyPurposes = [
  'alerts',
  'registry',
  'recorders',
  'records',
  'orders',
  'monitoring',
  'pictures',
] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

/** What a key of each purpose may do; nothing else. */
export const grantsOfPurpose = {
  alerts: ['alerts:report'],
  registry: ['cameras:list', 'cameras:manage'],
  recorders: ['recorders:manage'],
  records: ['alerts:viewDetails'],
  orders: ['orders:view', 'orders:direct', 'findings:view', 'findings:write'],
  monitoring: ['hub:monitor'],
  pictures: ['cameras:relay'],
} as const satisfies Record<KeyPurpose, readonly Capability[]>;

/** What somebody must be allowed to do who makes a key of a purpose: nobody makes a key that may do more than its maker. */
export const neededForPurpose = {
  alerts: 'alerts:manage',
  registry: 'cameras:manage',
  recorders: 'recorders:manage',
  records: 'alerts:viewDetails',
  orders: 'orders:direct',
  monitoring: 'hub:monitor',
  pictures: 'cameras:manage',
} as const satisfies Record<KeyPurpose, Capability>;

/** Purposes whose keys can be for some districts alone; the registry is imported and exported whole, and figures are those of the whole city. */
export const purposesOfDistricts: readonly KeyPurpose[] = ['alerts', 'records', 'orders', 'pictures'];

/** The scope of a key for these districts; a key has no squads. */
export function scopeOfKey(districts: Scope['districts']): Scope {
  return { districts, squads: districts === 'all' ? 'all' : [] };
}

/** Longest life of a key, in days: three years. */
export const longestKeyLifeDays = 1_096;
/** Life of a key whose maker names none, in days. */
export const usualKeyLifeDays = 366;
