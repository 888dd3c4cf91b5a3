import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import { NameForm } from '../../ui/desk/NameForm.tsx';
import type { BodyCamActions } from './bodyCamActions.ts';
import type { RecordersStore } from './recordersStore.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';

export interface RecordersProps {
  store: RecordersStore;
  memberId: string;
  actions: BodyCamActions;
  enabled: boolean;
  times: Pick<TimeFormat, 'date'>;
}

/** The recorders and encoders that send a member's body cam by WHIP, and the token of a new one, shown once. */
export function Recorders({ store, memberId, actions, enabled, times }: RecordersProps) {
  const { t } = useTranslation();
  const devices = useStore(
    store,
    useShallow((state) => state.devices.filter((device) => device.memberId === memberId)),
  );
  return (
    <>
      <h2>{t('bodycam.recorder.title')}</h2>
      {devices.length > 0 && (
        <ul className="recorders">
          {devices.map(({ deviceId, name, live, expiresAtMs, lastUsedAtMs, lastAddress = '' }) => (
            <li key={deviceId} data-device-id={deviceId}>
              <span>{name}</span>
              <span className="desk-dim">
                {live === undefined
                  ? t('bodycam.recorder.off')
                  : live.isConnected
                    ? t('bodycam.recorder.sends')
                    : t('bodycam.recorder.connecting')}
                <br />
                {t('bodycam.recorder.until', { date: times.date(expiresAtMs) })}
                {lastUsedAtMs !== undefined &&
                  ` · ${t('bodycam.recorder.lastUsed', { date: times.date(lastUsedAtMs), address: lastAddress })}`}
              </span>
              <RemoveKey
                asks="whip:removeDevice"
                size="compact-sm"
                disabled={!enabled}
                onRemove={() => void actions.removeRecorder(deviceId)}
              >
                {t('bodycam.recorder.remove')}
              </RemoveKey>
            </li>
          ))}
        </ul>
      )}
      <May asks="whip:makeDevice">
        <NameForm
          label={t('bodycam.recorder.name')}
          button={t('squads.add')}
          enabled={enabled}
          onName={(name) => actions.makeRecorder(memberId, name)}
        />
      </May>
      <MadeRecorder store={store} onClose={actions.hideRecorder} />
    </>
  );
}

function MadeRecorder({ store, onClose }: { store: RecordersStore; onClose(): void }) {
  const { t } = useTranslation();
  const made = useStore(store, (state) => state.made);
  if (made === undefined) return null;
  return (
    <QuickDialog
      title={t('bodycam.recorder.made', { name: made.name })}
      closeWord={t('dialog.close')}
      onClose={onClose}
    >
      <p>{t('bodycam.recorder.how')}</p>
      <dl className="desk-facts recorder-secret">
        <dt>{t('bodycam.recorder.address')}</dt>
        <dd>{made.address}</dd>
        <dt>{t('bodycam.recorder.token')}</dt>
        <dd>{made.token}</dd>
      </dl>
      <div className="dialog-buttons">
        <Button variant="filled" data-autofocus onClick={onClose}>
          {t('dialog.close')}
        </Button>
      </div>
    </QuickDialog>
  );
}
