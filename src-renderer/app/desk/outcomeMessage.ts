import type { TFunction } from 'i18next';
import type { Refused } from '../../../src-shared/protocol/define.ts';
import { refusalText } from '../../ui/refusalText.ts';
import type { DeskMessage } from './DeskState.ts';

/** The message about the result of a command, such as "Done: Save squad"; `command` has the words of the command. */
export function outcomeMessage(
  command: (t: TFunction) => string,
  outcome: { ok: true } | Refused,
): DeskMessage {
  return {
    isFailure: !outcome.ok,
    text: (t) =>
      outcome.ok
        ? t('said.done', { command: command(t) })
        : t('said.refused', { command: command(t), reason: refusalText(outcome, t) }),
  };
}
