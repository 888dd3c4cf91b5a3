import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicSiteState } from '../../../src-shared/public/public.protocol.ts';
import { roomKinds } from '../../../src-shared/public/publication.ts';
import {
  maxHeadPercent,
  minHeadPercent,
  softenedBox,
  usualHeadPercent,
} from '../../../src-shared/public/softening.ts';
import { May } from '../../ui/May.tsx';
import type { PublicSite } from './publicSite.ts';

/** What a camera shows, and how large a head is in its picture: by that it is softened. */
export function PublicCameraForm({
  publicSite,
  camera,
  enabled,
}: {
  publicSite: PublicSite;
  camera: PublicSiteState['cameras'][number];
  enabled: boolean;
}) {
  const { t } = useTranslation();
  const [room, setRoom] = useState<string>(camera.room ?? '');
  const [headText, setHeadText] = useState(
    camera.headPercent === undefined ? '' : String(camera.headPercent),
  );
  const headPercent = headText.trim() === '' ? undefined : Number(headText);
  const isRight =
    headPercent === undefined || (headPercent >= minHeadPercent && headPercent <= maxHeadPercent);
  const { width, height } = softenedBox(isRight ? headPercent : undefined);
  const isSame = room === (camera.room ?? '') && headPercent === camera.headPercent;
  return (
    <May asks="public:saveCamera">
      <form
        className="public-facts"
        data-public-camera={camera.cameraId}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRight) return;
          void publicSite.change('public:saveCamera', {
            cameraId: camera.cameraId,
            room: roomKinds.find((one) => one === room) ?? null,
            headPercent: headPercent ?? null,
          });
        }}
      >
        <NativeSelect
          label={t('public.room')}
          value={room}
          data={[
            { value: '', label: t('public.rooms.unknown') },
            ...roomKinds.map((one) => ({ value: one, label: t(`public.rooms.${one}`) })),
          ]}
          onChange={(event) => setRoom(event.currentTarget.value)}
        />
        <TextInput
          type="number"
          min={1}
          max={maxHeadPercent}
          step="any"
          label={t('public.headPercent')}
          description={t('public.headPercentText', { width, height })}
          placeholder={t('public.headUsual', { percent: usualHeadPercent })}
          value={headText}
          error={isRight ? undefined : t('public.headWrong', { most: maxHeadPercent })}
          onChange={(event) => setHeadText(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!enabled || !isRight || isSame}>
          {t('public.saveCamera')}
        </Button>
      </form>
    </May>
  );
}
