import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import { openRecording, type Recording } from './recordedPictures.ts';

const stepSeconds = 0.1;

/** What the recorder of an alert's camera recorded in the minute before it: asked for by a person, one alert at a time. */
export function RecordedPictures({ alertId, fetch }: { alertId: string; fetch: typeof window.fetch }) {
  const { t } = useTranslation();
  const [recording, setRecording] = useState<Recording>();
  useEffect(() => () => recording?.close(), [recording]);
  // Another alert was chosen: what played belongs to the one before.
  useEffect(() => () => setRecording(undefined), [alertId]);
  if (recording === undefined) {
    return (
      <May asks="alerts:read">
        <Button data-recording="closed" onClick={() => setRecording(openRecording(alertId, fetch))}>
          {t('alerts.recording.open')}
        </Button>
      </May>
    );
  }
  return <Player recording={recording} onClose={() => setRecording(undefined)} />;
}

function Player({ recording, onClose }: { recording: Recording; onClose(): void }) {
  const { t } = useTranslation();
  const { state, problem, isBroken, seconds, speed } = useStore(recording.store);
  const video = useRef<HTMLVideoElement>(null);
  const [isPaused, setPaused] = useState(false);
  const step = (by: number): void => {
    if (video.current === null) return;
    video.current.pause();
    video.current.currentTime += by;
  };
  return (
    <section className="alert-recording" data-recording={state} aria-label={t('alerts.recording.title')}>
      {state === 'problem' ? (
        <p role="status" className="desk-not-normal">
          {t(`alerts.recording.problem.${problem}`)}
        </p>
      ) : (
        <video
          ref={video}
          src={recording.url}
          autoPlay
          muted
          playsInline
          aria-label={t('alerts.recording.title')}
          onPlay={() => setPaused(false)}
          onPause={() => setPaused(true)}
        />
      )}
      {isBroken && (
        <p role="status" className="desk-not-normal">
          {t('alerts.recording.broken')}
        </p>
      )}
      <div className="alert-recording-controls">
        {state === 'loading' && <span role="status">{t('alerts.recording.loading')}</span>}
        {state === 'playing' && (
          <>
            <Button onClick={() => void (isPaused ? video.current?.play() : video.current?.pause())}>
              {t(isPaused ? 'alerts.recording.play' : 'alerts.recording.pause')}
            </Button>
            <Button onClick={() => step(-stepSeconds)}>{t('alerts.recording.back')}</Button>
            <Button onClick={() => step(stepSeconds)}>{t('alerts.recording.forward')}</Button>
            <span className="desk-dim">
              {t('alerts.recording.loaded', { seconds: Math.floor(seconds), speed: speed.toFixed(1) })}
            </span>
          </>
        )}
        <Button onClick={onClose}>{t('alerts.recording.close')}</Button>
      </div>
    </section>
  );
}
