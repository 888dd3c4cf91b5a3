import { Button, TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { falseAlarmReasons } from '../../../src-shared/alerts/alert.ts';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import { keyOf } from '../../ui/keys.ts';
import type { AlertActions } from './alertActions.ts';
import { originalsOf, type AlertAsk } from './alertsStore.ts';
import { alertTitle, classShapes, placeText } from './alertWords.ts';

export interface AlertAskPanelProps {
  ask: AlertAsk;
  alert: Alert;
  open: ReadonlyMap<string, Alert>;
  kinds: ReadonlyMap<string, AlertKind>;
  actions: AlertActions;
}

/** The question before an action: the reason, the original, or only a confirmation. Each answer has a key. */
export function AlertAskPanel({ ask, alert, open, kinds, actions }: AlertAskPanelProps) {
  const { t, i18n } = useTranslation();
  const originals = ask.type === 'duplicate' ? originalsOf(alert, open) : [];
  const confirms = ask.type === 'resolve' || ask.type === 'note';
  const onKeyDown = (event: KeyboardEvent): void => {
    if (keyOf(event.nativeEvent) !== 'Enter' || !confirms) return;
    event.preventDefault();
    actions.answer();
  };
  return (
    <div className="alert-ask" role="group" aria-label={t(`alerts.ask.${ask.type}`)}>
      <h3>{t(`alerts.ask.${ask.type}`)}</h3>
      {ask.type === 'false' && (
        <div className="desk-row">
          {falseAlarmReasons.map((reason, index) => (
            <Button key={reason} onClick={() => actions.answer(index + 1)}>
              {index + 1} · {t(`alerts.reason.${reason}`)}
            </Button>
          ))}
        </div>
      )}
      {ask.type === 'duplicate' && originals.length === 0 && (
        <p className="desk-dim">{t('alerts.noOriginals')}</p>
      )}
      {originals.length > 0 && (
        <div className="alert-originals">
          {originals.map((original, index) => (
            <Button
              key={original.alertId}
              justify="flex-start"
              data-original-id={original.alertId}
              onClick={() => actions.answer(index + 1)}
            >
              {index < 9 && `${index + 1} · `}
              {classShapes[original.class]} {alertTitle(original, kinds, i18n.language)} ·{' '}
              {placeText(original, t, i18n.language)}
            </Button>
          ))}
        </div>
      )}
      <div className="desk-row">
        <TextInput
          className="alert-note"
          autoFocus={ask.type === 'note'}
          maxLength={500}
          aria-label={t('alerts.note')}
          placeholder={ask.type === 'note' ? t('alerts.notePlaceholder') : t('alerts.noteOptional')}
          value={ask.note}
          onChange={(event) => actions.writeNote(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {confirms && (
          <Button
            variant="filled"
            disabled={ask.type === 'note' && ask.note.trim() === ''}
            onClick={() => actions.answer()}
          >
            {t(`alerts.confirm.${ask.type === 'note' ? 'note' : 'resolve'}`)} · Enter
          </Button>
        )}
        <Button onClick={() => actions.ask(undefined)}>{t('dialog.cancel')} · Esc</Button>
      </div>
    </div>
  );
}
