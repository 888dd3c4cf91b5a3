import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { RecorderChannel } from '../../../src-shared/recorders/recorders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { channelKey, type DeskRecorders } from './deskRecorders.ts';

export interface ChannelTableProps {
  actions: DeskRecorders;
  showsRecorder: boolean;
  /** Site and camera, such as `实验小学 · 后厨一号`. */
  titleOf(cameraId: string): string;
  /** Opens the search for a camera. */
  pick(onPicked: (cameraId: string) => void): void;
}

/** Channels beside the cameras that they are or may be; nothing becomes a camera before somebody confirms it. */
export function ChannelTable({ actions, showsRecorder, titleOf, pick }: ChannelTableProps) {
  const { t } = useTranslation();
  const { channels, chosen, isBusy } = useStore(actions.store);
  if (channels === undefined) return <p className="desk-dim">{t('recorders.reading')}</p>;
  const { listed, total } = channels;
  if (total === 0) return <p className="desk-dim">{t('recorders.noChannels')}</p>;
  const certain = listed.filter(
    ({ cameraId, suggestion }) => cameraId === undefined && suggestion?.isCertain,
  );
  return (
    <>
      <div className="desk-row">
        <May asks="recorders:match">
          <Button
            variant="filled"
            disabled={certain.length === 0}
            aria-disabled={isBusy}
            onClick={() => void actions.match(certain)}
          >
            {t('recorders.confirmCertain', { count: certain.length })}
          </Button>
        </May>
        {listed.length < total && (
          <span className="desk-dim">{t('recorders.listedOf', { listed: listed.length, total })}</span>
        )}
      </div>
      <table className="recorder-table" data-channels>
        <thead>
          <tr>
            <th>{t('recorders.channel')}</th>
            {showsRecorder && <th>{t('recorders.recorder')}</th>}
            <th>{t('recorders.state')}</th>
            <th>{t('recorders.camera')}</th>
            <th>
              <span className="visually-hidden">{t('recorders.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {listed.map((channel) => (
            <ChannelRow
              key={channelKey(channel)}
              {...{ channel, actions, showsRecorder, titleOf, pick, isBusy }}
              chosenId={chosen.get(channelKey(channel))}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function ChannelRow({
  channel,
  chosenId,
  actions,
  showsRecorder,
  titleOf,
  pick,
  isBusy,
}: ChannelTableProps & { channel: RecorderChannel; chosenId: string | undefined; isBusy: boolean }) {
  const { t } = useTranslation();
  const { cameraId, canRelease, suggestion, isOn, isMissing } = channel;
  const [isReleasing, setReleasing] = useState(false);
  const proposedId = chosenId ?? suggestion?.cameraId;
  const state = isMissing ? 'missing' : isOn === undefined ? 'unsaid' : isOn ? 'on' : 'off';
  return (
    <tr data-channel={channel.channelId} data-matched={cameraId !== undefined}>
      <th scope="row">
        {channel.name === '' ? '—' : channel.name}
        <div className="desk-dim">{channel.channelId}</div>
      </th>
      {showsRecorder && <td>{channel.recorderName}</td>}
      <td className={isMissing ? 'recorder-offline' : undefined}>{t(`recorders.channelState.${state}`)}</td>
      <td>
        {cameraId !== undefined ? (
          titleOf(cameraId)
        ) : proposedId === undefined ? (
          <span className="desk-dim">{t('recorders.noSuggestion')}</span>
        ) : (
          <>
            {titleOf(proposedId)}
            <div className="desk-dim">
              {chosenId !== undefined
                ? t('recorders.chosen')
                : suggestion?.isCertain === true
                  ? t('recorders.certain')
                  : t('recorders.likely', { percent: Math.round((suggestion?.score ?? 0) * 100) })}
            </div>
          </>
        )}
      </td>
      <td>
        {cameraId !== undefined && canRelease === true && (
          <span className="desk-row">
            <May asks="recorders:release">
              <Button
                size="compact-xs"
                variant={isReleasing ? 'filled' : 'default'}
                aria-disabled={isBusy}
                onClick={() => {
                  setReleasing(!isReleasing);
                  if (isReleasing) void actions.release(cameraId);
                }}
              >
                {t(isReleasing ? 'recorders.releaseNow' : 'recorders.release')}
              </Button>
            </May>
            {isReleasing && (
              <Button size="compact-xs" onClick={() => setReleasing(false)}>
                {t('dialog.cancel')}
              </Button>
            )}
          </span>
        )}
        {cameraId === undefined && (
          <span className="desk-row">
            <May asks="recorders:match">
              <Button
                size="compact-xs"
                disabled={proposedId === undefined}
                aria-disabled={isBusy}
                onClick={() => void actions.match([channel])}
              >
                {t('recorders.confirm')}
              </Button>
            </May>
            <Button size="compact-xs" onClick={() => pick((picked) => actions.choose(channel, picked))}>
              {t('recorders.pick')}
            </Button>
          </span>
        )}
      </td>
    </tr>
  );
}
