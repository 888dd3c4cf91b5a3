import {
  resetAlertMarks,
  takeAlertMarks,
  takeMarkKinds,
  type AlertMarksStore,
} from '../../../features/alerts/alertMarks.ts';
import { AlertTally } from '../../../features/alerts/AlertTally.tsx';
import type { WallFeature } from '../wallFeature.ts';

/** The marks of open alerts, and their tally in the bar. */
export function createAlertsFeature({
  marks,
}: {
  marks: AlertMarksStore;
}): WallFeature<'alerts:marksChanged' | 'alerts:kindsChanged'> {
  return {
    panels: { bar: () => <AlertTally store={marks} /> },
    takeSnapshot: ({ snapshot }) => resetAlertMarks(marks, snapshot.alertMarks),
    takeNotice: {
      'alerts:marksChanged': (payload) => takeAlertMarks(marks, payload.marks),
      'alerts:kindsChanged': ({ kinds }) => takeMarkKinds(marks, kinds),
    },
  };
}
