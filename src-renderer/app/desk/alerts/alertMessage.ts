import type { AlertSaying } from '../../../features/alerts/alertActions.ts';
import { refusalText } from '../../../ui/refusalText.ts';
import { seatWords } from '../../../ui/seatWords.ts';
import type { DeskMessage } from '../DeskState.ts';

/** The message that the hub did not apply what an officer did with an alert. */
export function alertMessage(saying: AlertSaying): DeskMessage {
  return {
    isFailure: true,
    text: (t) =>
      saying.refusal === 'not_sent'
        ? refusalText(saying, t)
        : t(`alerts.refusal.${saying.refusal}`, { by: seatWords(saying.by ?? '', t) }),
  };
}
