import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isCameraOn, type BodyCamStore, type CameraState } from './bodyCamStore.ts';
import { seatWords } from '../../ui/seatWords.ts';

/** Starts and ends the picture that the command centre sees. */
export function BodyCamKey({
  store,
  onStart,
  onStop,
}: {
  store: BodyCamStore;
  onStart(): void;
  onStop(): void;
}) {
  const { t } = useTranslation();
  const camera = useStore(store, (state) => state.camera);
  const isOn = isCameraOn(camera);
  return (
    <button
      type="button"
      className="field-cam-key"
      aria-pressed={isOn}
      data-camera={camera}
      onClick={isOn ? onStop : onStart}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <rect x="2.5" y="6" width="13" height="12" rx="2.5" />
        <path d="M15.5 10.5l6-3v9l-6-3z" />
      </svg>
      <span>{isOn ? t('field.cam.stop') : t('field.cam.start')}</span>
    </button>
  );
}

export interface BodyCamCardProps {
  store: BodyCamStore;
  onStart(): void;
  onDecline(): void;
  /** The element that shows the member the picture that is sent. */
  attachPreview(element: HTMLVideoElement | undefined): void;
}

/** The picture that is sent, as the member sees it, or the request of a desk for it. */
export function BodyCamCard({ store, onStart, onDecline, attachPreview }: BodyCamCardProps) {
  const { t } = useTranslation();
  const camera = useStore(store, (state) => state.camera);
  const ask = useStore(store, (state) => state.ask);
  const stalledSinceMs = useStore(store, (state) => state.stalledSinceMs);
  const words: Record<Exclude<CameraState, 'off'>, string> = {
    asking: t('field.cam.asking'),
    starting: t('field.cam.starting'),
    live: stalledSinceMs === undefined ? t('field.cam.live') : t('field.cam.stalled'),
    denied: t('field.cam.denied'),
    missing: t('field.cam.missing'),
    lost: t('field.cam.lost'),
    taken: t('field.cam.taken'),
  };
  if (ask !== undefined) {
    return (
      <section className="field-ask" role="alert">
        <p>{t('field.cam.asked', { by: seatWords(ask.by, t) })}</p>
        <div className="field-ask-keys">
          <button type="button" className="field-key field-key--first" onClick={onStart}>
            {t('field.cam.accept')}
          </button>
          <button type="button" className="field-key" onClick={onDecline}>
            {t('field.cam.decline')}
          </button>
        </div>
      </section>
    );
  }
  if (camera === 'off') return null;
  const isWell = camera === 'live' && stalledSinceMs === undefined;
  return (
    <section className="field-cam">
      <video
        className="field-cam-picture"
        autoPlay
        muted
        playsInline
        ref={(element) => {
          attachPreview(element ?? undefined);
          return () => attachPreview(undefined);
        }}
      />
      <p className={isWell ? 'field-cam-words' : 'field-cam-words field-cam-words--wrong'}>{words[camera]}</p>
    </section>
  );
}
