import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { commandText } from '../../features/wall/commandText.ts';
import type { Refused } from '../../../src-shared/protocol/define.ts';
import { refusalText } from '../../ui/refusalText.ts';
import { DeskNotices, type DeskNoticeLine } from '../../ui/desk/DeskNotices.tsx';
import { seatWords } from '../../ui/seatWords.ts';
import { isWrong, type DeskStore, type Said } from './DeskState.ts';

/** What came of the last things done at the desk. */
export function DeskSaid({ desk }: { desk: DeskStore }) {
  const { t } = useTranslation();
  const said = useStore(desk, (state) => state.said);
  return (
    <DeskNotices
      lines={said.map((one) => lineOf(one, t))}
      closeWord={t('dialog.close')}
      onClose={(id) => desk.unsay(id)}
    />
  );
}

function lineOf(said: Said, t: TFunction): DeskNoticeLine {
  const { id } = said;
  const wrong = isWrong(said);
  switch (said.type) {
    case 'snapshotSaved':
      return { id, wrong, text: t('snapshot.saved', { file: said.fileName }), detail: '' };
    case 'alert': {
      const { saying } = said;
      if (saying.refusal === 'not_sent') {
        const text = refusalText(saying, t);
        return { id, wrong, text, detail: '' };
      }
      const by = seatWords(saying.by ?? '', t);
      return { id, wrong, text: t(`alerts.refusal.${saying.refusal}`, { by }), detail: '' };
    }
    case 'squad': {
      const { outcome } = said;
      return { id, wrong, ...outcomeText(t(`squads.command.${outcome.command}`), outcome, t) };
    }
    case 'noPicture':
      return { id, wrong, text: t('snapshot.noPicture'), detail: '' };
    case 'noSuchTile':
      return {
        id,
        wrong,
        text: t('said.noSuchTile', { number: said.number, tiles: said.tiles }),
        detail: '',
      };
    case 'command': {
      const { outcome } = said;
      return { id, wrong, ...outcomeText(commandText(outcome.command, t), outcome, t) };
    }
  }
}

function outcomeText(
  command: string,
  outcome: { ok: true } | Refused,
  t: TFunction,
): { text: string; detail: string } {
  if (outcome.ok) return { text: t('said.done', { command }), detail: '' };
  return { text: t('said.refused', { command, reason: refusalText(outcome, t) }), detail: '' };
}
