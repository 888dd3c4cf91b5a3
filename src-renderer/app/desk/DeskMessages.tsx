import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { DeskNotices } from '../../ui/desk/DeskNotices.tsx';
import type { DeskStore } from './DeskState.ts';

/** The last messages to the officer, in a corner of the desk. */
export function DeskMessages({ desk }: { desk: DeskStore }) {
  const { t } = useTranslation();
  const messages = useStore(desk, (state) => state.messages);
  return (
    <DeskNotices
      lines={messages.map(({ id, isFailure, text, offer }) => ({
        id,
        isFailure,
        text: text(t),
        ...(offer === undefined ? {} : { offer: { text: offer.text(t), open: offer.open } }),
      }))}
      closeWord={t('dialog.close')}
      onClose={(id) => desk.dismiss(id)}
    />
  );
}
