import { useRef, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { atRest, type Motion } from '../../../src-shared/turning/motion.ts';
import { motionOfPad, usualSpeed } from './turnKeys.ts';

/** A round pad for mouse and finger: the further from its middle, the faster. It turns only while it is held. */
export function TurnPad({
  motion,
  onMotion,
  onRelease,
}: {
  motion: Motion;
  onMotion(motion: Motion): void;
  onRelease(): void;
}) {
  const { t } = useTranslation();
  const pointer = useRef<number | undefined>(undefined);
  const move = (event: PointerEvent<HTMLButtonElement>): void => {
    if (pointer.current !== event.pointerId) return;
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    onMotion(motionOfPad(((event.clientX - left) / width) * 2 - 1, ((event.clientY - top) / height) * 2 - 1));
  };
  const release = (event: PointerEvent<HTMLButtonElement>): void => {
    if (pointer.current !== event.pointerId) return;
    pointer.current = undefined;
    onRelease();
  };
  const isMoving = motion.pan !== 0 || motion.tilt !== 0;
  return (
    <button
      type="button"
      className="turn-pad"
      aria-label={t('turning.pad')}
      title={t('turning.padHint')}
      data-moving={isMoving || undefined}
      onPointerDown={(event) => {
        if (event.button !== 0 || pointer.current !== undefined) return;
        event.preventDefault();
        pointer.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={release}
      onLostPointerCapture={release}
      onContextMenu={(event) => event.preventDefault()}
    >
      <span className="turn-arrow turn-arrow--up" aria-hidden="true" />
      <span className="turn-arrow turn-arrow--down" aria-hidden="true" />
      <span className="turn-arrow turn-arrow--left" aria-hidden="true" />
      <span className="turn-arrow turn-arrow--right" aria-hidden="true" />
      <span
        className="turn-knob"
        aria-hidden="true"
        style={{ transform: `translate(${motion.pan * 150}%, ${-motion.tilt * 150}%)` }}
      />
    </button>
  );
}

/** A button that works while it is held: zoom, focus. */
export function HeldButton({
  label,
  sign,
  part,
  direction,
  whyNot,
  onMotion,
  onRelease,
}: {
  label: string;
  sign: string;
  part: 'zoom' | 'focus';
  direction: 1 | -1;
  /** Why the camera cannot do this. */
  whyNot?: string;
  onMotion(motion: Motion): void;
  onRelease(): void;
}) {
  const isDown = useRef(false);
  const release = (): void => {
    if (!isDown.current) return;
    isDown.current = false;
    onRelease();
  };
  return (
    <button
      type="button"
      className="turn-held"
      aria-label={whyNot === undefined ? label : `${label}: ${whyNot}`}
      title={whyNot ?? label}
      aria-disabled={whyNot !== undefined}
      onPointerDown={(event) => {
        if (event.button !== 0 || whyNot !== undefined) return;
        event.preventDefault();
        isDown.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onMotion({ ...atRest, [part]: direction * usualSpeed });
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onLostPointerCapture={release}
      onContextMenu={(event) => event.preventDefault()}
    >
      {sign}
    </button>
  );
}
