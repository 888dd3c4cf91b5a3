import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May, useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskCascade } from './deskCascade.ts';
import { zoneText } from './hoursText.ts';
import { SharedCameras } from './SharedCameras.tsx';
import { SharedSetForm, type SharedSetFormProps } from './SharedSetForm.tsx';
import { UpperForm } from './UpperForm.tsx';
import { UpperRow } from './UpperRow.tsx';
import './cascade.css';

export type CascadePanelProps = Pick<SharedSetFormProps, 'titleOf' | 'pick'> & {
  actions: DeskCascade;
  times: TimeFormat;
};

/** Upper platforms that cameras are passed on to by GB/T 28181: how each stands, what it has, and what it watches now. */
export function CascadePanel({ actions, times, titleOf, pick }: CascadePanelProps) {
  const { t } = useTranslation();
  const { platforms, utcOffsetMinutes, cameras, detail, ended, isBusy, problem } = useStore(actions.store);
  const { isAllowed, helper } = useMay('cascade:list');
  useEffect(() => {
    if (isAllowed) void actions.read();
  }, [actions, isAllowed]);
  const chosen =
    detail !== undefined && 'upperId' in detail
      ? platforms?.find(({ upperId }) => upperId === detail.upperId)
      : undefined;
  const close = (): void => void actions.show(undefined);
  const name = chosen?.settings.name ?? '';
  return (
    <div className="desk-page cascade">
      <h1>{t('cascade.title')}</h1>
      <p>{t('cascade.text')}</p>
      {helper !== undefined && <p className="may-ask">{helper}</p>}
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {refusalText(problem, t)}
        </p>
      )}
      {ended !== undefined && <p role="status">{t('cascade.ended', { count: ended })}</p>}
      {platforms !== undefined && (
        <div className="desk-row">
          <May asks="cascade:add">
            <Button onClick={() => void actions.show({ kind: 'new' })}>{t('cascade.add')}</Button>
          </May>
          {platforms.length > 0 && (
            <May asks="cascade:readCameras">
              <Button onClick={() => void actions.show({ kind: 'cameras' })}>{t('cascade.cameras')}</Button>
            </May>
          )}
        </div>
      )}
      {platforms?.length === 0 && <p className="desk-dim">{t('cascade.none')}</p>}
      {detail !== undefined && (
        <section className="cascade-detail" data-detail={detail.kind}>
          <div className="desk-row">
            <h2>{t(`cascade.detail.${detail.kind}`, { name })}</h2>
            <Button size="compact-sm" onClick={close}>
              {t('cascade.closeDetail')}
            </Button>
          </div>
          {detail.kind !== 'share' && utcOffsetMinutes !== undefined && (
            <p className="desk-dim" data-zone>
              {t('cascade.zone', { zone: zoneText(utcOffsetMinutes) })}
            </p>
          )}
          {detail.kind === 'new' && (
            <UpperForm
              isBusy={isBusy}
              onSave={(settings, password) => {
                if (password !== undefined) void actions.add(settings, password);
              }}
              onCancel={close}
            />
          )}
          {detail.kind === 'change' && chosen !== undefined && (
            <UpperForm
              key={chosen.upperId}
              known={{ settings: chosen.settings, revision: chosen.revisions.settings }}
              isBusy={isBusy}
              onSave={(settings, password, revision) =>
                void actions.change(chosen.upperId, settings, password, revision)
              }
              onCancel={close}
            />
          )}
          {detail.kind === 'share' && chosen !== undefined && (
            <SharedSetForm
              key={chosen.upperId}
              known={{ shared: chosen.shared, revision: chosen.revisions.shared }}
              {...{ isBusy, titleOf, pick }}
              onSave={(shared, revision) => void actions.share(chosen.upperId, shared, revision)}
              onCancel={close}
            />
          )}
          {detail.kind === 'cameras' && (
            <SharedCameras {...{ cameras, actions, isBusy, titleOf }} platforms={platforms ?? []} />
          )}
        </section>
      )}
      {platforms !== undefined && platforms.length > 0 && (
        <table className="cascade-table" data-platforms>
          <thead>
            <tr>
              <th>{t('cascade.platform')}</th>
              <th>{t('cascade.standing')}</th>
              <th>{t('cascade.sharing')}</th>
              <th>{t('cascade.watched')}</th>
              <th>
                <span className="visually-hidden">{t('cascade.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {platforms.map((platform) => (
              <UpperRow key={platform.upperId} {...{ platform, actions, times, isBusy, titleOf }} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
