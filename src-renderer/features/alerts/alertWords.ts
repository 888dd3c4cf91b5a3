import type { TFunction } from 'i18next';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { durationText } from '../../ui/times.ts';

/** A class's shape, so that colour never says it alone. */
export const classShapes = { 1: '▲', 2: '◆', 3: '●' } as const;

/** What a kind is called in the language shown. */
export function kindName(kind: AlertKind | undefined, kindId: string, language: string): string {
  return (language === 'en' ? kind?.nameEn : kind?.name) ?? kindId;
}

/** The words for an alert: its type, with the platform's own name where the type is not known here. */
export function alertTitle(alert: Alert, kinds: ReadonlyMap<string, AlertKind>, language: string): string {
  const name = kindName(kinds.get(alert.kindId), alert.kindId, language);
  return alert.reportedKind === undefined ? name : `${name} (${alert.reportedKind})`;
}

/** Where it happened, in one line. */
export function placeText({ place, reportedCamera }: Alert, t: TFunction, language: string): string {
  if (place === undefined) return t('alerts.unknownCamera', { camera: reportedCamera });
  const english = language === 'en';
  const site = (english ? place.siteNameEn : undefined) ?? place.siteName;
  const camera = (english ? place.cameraNameEn : undefined) ?? place.cameraName;
  return camera === undefined ? site : `${site} · ${camera}`;
}

/** How long it has been: `4:07`, `2:10:00`, and days before it. */
export function ageText(durationMs: number, t: TFunction): string {
  const minutes = Math.max(0, Math.floor(durationMs / 60_000));
  const days = Math.floor(minutes / 1_440);
  if (days === 0) return durationText(durationMs);
  const clock = `${Math.floor(minutes / 60) % 24}:${String(minutes % 60).padStart(2, '0')}`;
  return t('alerts.days', { count: days, clock });
}
