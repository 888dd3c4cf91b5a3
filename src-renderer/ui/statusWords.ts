import type { TFunction } from 'i18next';
import type { MemberStatus } from '../../src-shared/squads/memberStatus.ts';

/** What each status is called. */
export function statusWords(t: TFunction): Record<MemberStatus, string> {
  return {
    available: t('field.status.available'),
    dispatched: t('field.status.dispatched'),
    en_route: t('field.status.enRoute'),
    on_scene: t('field.status.onScene'),
    returning: t('field.status.returning'),
    unavailable: t('field.status.unavailable'),
    off_duty: t('field.status.offDuty'),
  };
}
