import type { TFunction } from 'i18next';
import { boardAges, type StepTimes } from '../../../src-shared/board/board.protocol.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Squad } from '../../../src-shared/squads/squads.protocol.ts';
import { durationText } from '../../ui/times.ts';

/** What things are called that the figures name by id. */
export interface BoardNames {
  squads: readonly Squad[];
  kinds: ReadonlyMap<string, AlertKind>;
  language: string;
}

export function squadName(id: string | undefined, { squads, language }: BoardNames, t: TFunction): string {
  if (id === undefined) return t('board.noSquad');
  const squad = squads.find((one) => one.squadId === id);
  return (language === 'en' ? squad?.nameEn : undefined) ?? squad?.name ?? id;
}

export function alertKindName(id: string, { kinds, language }: BoardNames): string {
  const kind = kinds.get(id);
  return (language === 'en' ? kind?.nameEn : kind?.name) ?? id;
}

/** A district is named in the register; one that the words do not know is shown as it is. */
export function districtName(name: string | undefined, t: TFunction): string {
  return name === undefined
    ? t('board.noDistrict')
    : t(`district.${name}` as 'district.咸安区', { defaultValue: name });
}

export function orderKindName(name: string | undefined, t: TFunction): string {
  return t(`orders.kind.${name ?? 'other'}` as 'orders.kind.other', { defaultValue: name });
}

/** The words of each column of ages. */
export function ageWords(t: TFunction): string[] {
  const minutes = boardAges.map((age) => age / 60_000);
  return [
    ...minutes.map((count) =>
      count < 60 ? t('board.age.minutes', { count }) : t('board.age.hours', { count: count / 60 }),
    ),
    t('board.age.older'),
  ];
}

/** `90%`; undefined where there is nothing to divide by. */
export function shareText(part: number, whole: number): string | undefined {
  return whole === 0 ? undefined : `${Math.round((part / whole) * 100)}%`;
}

/** `4:07`, or that nothing was measured. */
export function timeText(durationMs: number | undefined, t: TFunction): string {
  return durationMs === undefined ? t('board.notMeasured') : durationText(durationMs);
}

/** Fewer than nine of ten kept their targets: that is not normal. */
export function isLate({ count, withinTarget }: StepTimes): boolean {
  return 10 * withinTarget < 9 * count;
}

/** The target of what was measured; where each had its own, from the shortest to the longest. `generalMs` is that of a step that was not measured. */
export function targetText(
  { leastTargetMs, mostTargetMs }: Pick<StepTimes, 'leastTargetMs' | 'mostTargetMs'>,
  t: TFunction,
  generalMs?: number,
): string {
  if (leastTargetMs === mostTargetMs)
    return t('board.target', { time: timeText(leastTargetMs ?? generalMs, t) });
  return t('board.targets', { least: timeText(leastTargetMs, t), most: timeText(mostTargetMs, t) });
}
