import { Button } from '@mantine/core';
import { useEffect, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ask } from '../../../src-shared/session/rights.ts';
import { May } from '../May.tsx';
import { afterPress, settlingMs, type Asking } from './removePress.ts';

export interface RemoveKeyProps {
  asks: Ask;
  /** The words of the first press, such as `Delete…`. */
  children: ReactNode;
  /** The words of the press that does it, where `Remove now` is not enough. */
  confirm?: string;
  /** The name of the first key, where its words are a sign. */
  label?: string;
  size?: 'compact-xs' | 'compact-sm' | 'xs';
  /** A request is under way: the second press has no effect yet, and both keys keep the focus. */
  isBusy?: boolean;
  disabled?: boolean;
  title?: string | undefined;
  onRemove(): void;
}

/** A key that takes something away for good: the first press asks, and the second one does it, which is not of the same double click. */
export function RemoveKey(props: RemoveKeyProps) {
  const {
    asks,
    children,
    confirm,
    label,
    size = 'xs',
    isBusy = false,
    disabled = false,
    title,
    onRemove,
  } = props;
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking>('no');
  const isAsking = asking !== 'no';
  useEffect(() => {
    if (asking !== 'settling') return undefined;
    const timer = setTimeout(() => setAsking('ready'), settlingMs);
    return () => clearTimeout(timer);
  }, [asking]);
  const press = ({ detail }: MouseEvent): void => {
    if (isBusy) return;
    const then = afterPress(asking, detail);
    setAsking(then.asking);
    if (then.removes) onRemove();
  };
  // A key that is held down presses once.
  const passOverRepeats = (event: KeyboardEvent): void => {
    if (event.repeat) event.preventDefault();
  };
  return (
    <>
      <May asks={asks}>
        <Button
          size={size}
          variant={isAsking ? 'filled' : 'default'}
          aria-disabled={isBusy || asking === 'settling'}
          disabled={disabled}
          title={title}
          {...(label === undefined || isAsking ? {} : { 'aria-label': label })}
          onClick={press}
          onKeyDown={passOverRepeats}
        >
          {isAsking ? (confirm ?? t('dialog.removeNow')) : children}
        </Button>
      </May>
      {isAsking && (
        <Button size={size} onClick={() => setAsking('no')}>
          {t('dialog.cancel')}
        </Button>
      )}
    </>
  );
}
