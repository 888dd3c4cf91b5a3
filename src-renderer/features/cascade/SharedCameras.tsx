import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SharedCamera, UpperPlatform } from '../../../src-shared/cascade/cascade.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { CascadeState, DeskCascade } from './deskCascade.ts';
import { hoursOf, timeText } from './hoursText.ts';

/** Rows that are drawn; the others are found by the field above. */
const maxRows = 100;

export interface SharedCamerasProps {
  cameras: CascadeState['cameras'];
  platforms: readonly UpperPlatform[];
  actions: DeskCascade;
  isBusy: boolean;
  titleOf(cameraId: string): string;
}

/** The cameras that upper platforms have, each with its id for them, and the way to shut it at once or for some hours. */
export function SharedCameras({ cameras, platforms, actions, isBusy, titleOf }: SharedCamerasProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  if (cameras === undefined) return <p className="desk-dim">{t('cascade.reading')}</p>;
  if (cameras.total === 0) return <p className="desk-dim">{t('cascade.noCameras')}</p>;
  const wanted = words.trim().toLowerCase();
  const found = cameras.cameras.filter(
    ({ cameraId, gbId }) =>
      wanted === '' || gbId.includes(wanted) || titleOf(cameraId).toLowerCase().includes(wanted),
  );
  const names = new Map(platforms.map(({ upperId, settings }) => [upperId, settings.name]));
  return (
    <>
      <TextInput
        aria-label={t('cascade.find')}
        placeholder={t('cascade.find')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <table className="cascade-table" data-cameras>
        <thead>
          <tr>
            <th>{t('cascade.camera')}</th>
            <th>{t('cascade.gbId')}</th>
            <th>{t('cascade.has')}</th>
            <th>{t('cascade.when')}</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, maxRows).map((camera) => (
            <SharedCameraRow
              key={camera.cameraId}
              {...{ camera, actions, isBusy }}
              title={titleOf(camera.cameraId)}
              has={camera.upperIds.map((upperId) => names.get(upperId) ?? '').join(' · ')}
            />
          ))}
        </tbody>
      </table>
      {found.length > maxRows && (
        <p className="desk-dim">{t('cascade.listedOf', { listed: maxRows, total: found.length })}</p>
      )}
    </>
  );
}

function SharedCameraRow({
  camera,
  actions,
  isBusy,
  title,
  has,
}: {
  camera: SharedCamera;
  actions: DeskCascade;
  isBusy: boolean;
  title: string;
  has: string;
}) {
  const { t } = useTranslation();
  const { cameraId, gbId, isShut, hours } = camera;
  const [from, setFrom] = useState(hours === null ? '' : timeText(hours.fromMinute));
  const [to, setTo] = useState(hours === null ? '' : timeText(hours.toMinute));
  const wanted = hoursOf(from, to);
  return (
    <tr data-shared={cameraId} data-shut={isShut}>
      <th scope="row">{title}</th>
      <td>
        <code>{gbId}</code>
      </td>
      <td>{has}</td>
      <td>
        <span className="desk-row">
          {isShut && <span className="cascade-bad">{t('cascade.isShut')}</span>}
          <TextInput
            aria-label={t('cascade.hoursFrom')}
            placeholder="07:30"
            maxLength={5}
            className="cascade-time"
            size="xs"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          –
          <TextInput
            aria-label={t('cascade.hoursTo')}
            placeholder="18:00"
            maxLength={5}
            className="cascade-time"
            size="xs"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <May asks="cascade:openCamera">
            <Button
              size="compact-xs"
              disabled={wanted === undefined}
              aria-disabled={isBusy}
              onClick={() => {
                if (wanted !== undefined) void actions.openCamera(cameraId, wanted);
              }}
            >
              {t(isShut ? 'cascade.openCamera' : 'cascade.saveHours')}
            </Button>
          </May>
          {!isShut && (
            <May asks="cascade:shutCamera">
              <Button
                size="compact-xs"
                aria-disabled={isBusy}
                onClick={() => void actions.shutCamera(cameraId)}
              >
                {t('cascade.shutCamera')}
              </Button>
            </May>
          )}
        </span>
      </td>
    </tr>
  );
}
