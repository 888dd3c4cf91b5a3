import type { TFunction } from 'i18next';
import type { HubTrouble } from '../../../src-shared/diagnostics/diagnostics.protocol.ts';

/** The sentences about one trouble of the server. */
export interface TroubleText {
  what: string;
  goesOn: string;
  whatToDo: string;
}

const minuteSeconds = 60;
const hourSeconds = 3_600;
const daySeconds = 86_400;

/** How far a clock was set, in the largest unit that fits. */
function stepText(seconds: number, t: TFunction): string {
  const size = Math.abs(seconds);
  const length =
    size >= daySeconds
      ? t('hubTrouble.days', { count: Math.round(size / daySeconds) })
      : size >= hourSeconds
        ? t('hubTrouble.hours', { count: Math.round(size / hourSeconds) })
        : size >= minuteSeconds
          ? t('hubTrouble.minutes', { count: Math.round(size / minuteSeconds) })
          : t('hubTrouble.seconds', { count: size });
  return seconds < 0 ? t('hubTrouble.setBack', { length }) : t('hubTrouble.setForward', { length });
}

/** What happened, what still works and what to do, in the surface's language. */
export function troubleText(trouble: HubTrouble, t: TFunction): TroubleText {
  const { kind, stepSeconds = 0, running = 0, wanted = 0, freeMebibytes = 0 } = trouble;
  const figures = { running, wanted, free: freeMebibytes, step: stepText(stepSeconds, t) };
  return {
    what: t(`hubTrouble.${kind}.what`, figures),
    goesOn: t(`hubTrouble.${kind}.goesOn`, figures),
    whatToDo: t(`hubTrouble.${kind}.whatToDo`, figures),
  };
}
