import { Button, Modal, SegmentedControl } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyOf } from '../../ui/keys.ts';
import { May } from '../../ui/May.tsx';

/** How long a spotlight by hand may stay. Seconds; the first of them is until somebody ends it. */
const durations = [0, 30, 60, 300, 1_800] as const;

export interface SpotlightDialogProps {
  /** What the camera is called; undefined while the dialog is closed. */
  title: string | undefined;
  onStart(target: 'tile' | 'screen', showMs: number | undefined): void;
  onClose(): void;
}

/** Gives a camera the spotlight: a tile or the whole screen, for a time or until it is ended. */
export function SpotlightDialog({ title, onStart, onClose }: SpotlightDialogProps) {
  const { t } = useTranslation();
  const [target, setTarget] = useState<'tile' | 'screen'>('tile');
  const [seconds, setSeconds] = useState('60');
  const formRef = useRef<HTMLFormElement>(null);
  const isOpen = title !== undefined;
  // The window takes the focus a moment after it is shown: Enter means the same before.
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const take = (event: KeyboardEvent): void => {
      const form = formRef.current;
      if (keyOf(event) !== 'Enter' || event.repeat || form === null) return;
      if (form.closest('[role="dialog"]')?.contains(document.activeElement) === true) return;
      event.preventDefault();
      event.stopPropagation();
      form.requestSubmit();
    };
    window.addEventListener('keydown', take, true);
    return () => window.removeEventListener('keydown', take, true);
  }, [isOpen]);
  const words = (value: number): string => {
    if (value === 0) return t('spotlight.untilEnded');
    return value < 60
      ? t('spotlight.seconds', { count: value })
      : t('spotlight.minutes', { count: value / 60 });
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('spotlight.title')} size="md">
      <form
        ref={formRef}
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          onStart(target, seconds === '0' ? undefined : Number(seconds) * 1_000);
        }}
      >
        <p>{title}</p>
        <SegmentedControl
          fullWidth
          aria-label={t('spotlight.where')}
          value={target}
          onChange={(value) => setTarget(value === 'screen' ? 'screen' : 'tile')}
          data={[
            { value: 'tile', label: t('spotlight.tile') },
            { value: 'screen', label: t('spotlight.screen') },
          ]}
        />
        <SegmentedControl
          fullWidth
          aria-label={t('spotlight.howLong')}
          value={seconds}
          onChange={setSeconds}
          data={durations.map((value) => ({ value: String(value), label: words(value) }))}
        />
        <div className="dialog-buttons">
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
          <May asks="wall:spotlightCamera">
            <Button type="submit" variant="filled" data-autofocus>
              {t('spotlight.start')}
            </Button>
          </May>
        </div>
      </form>
    </Modal>
  );
}
