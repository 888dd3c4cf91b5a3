import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ask } from '../../../src-shared/session/rights.ts';
import { May } from '../May.tsx';

export interface RemoveKeyProps {
  asks: Ask;
  /** The words of the first press, such as `Delete…`. */
  children: ReactNode;
  /** The words of the press that does it, where `Remove now` is not enough. */
  confirm?: string;
  /** The name of the first key, where its words are a sign. */
  label?: string;
  size?: 'compact-xs' | 'compact-sm' | 'xs';
  /** Something is under way: the second press waits, and both keys keep the focus. */
  isBusy?: boolean;
  disabled?: boolean;
  title?: string | undefined;
  onRemove(): void;
}

/** A key that takes something away for good: the first press asks, and the second one does it. */
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
  const [isAsking, setAsking] = useState(false);
  const press = (): void => {
    if (isBusy) return;
    setAsking(!isAsking);
    if (isAsking) onRemove();
  };
  return (
    <>
      <May asks={asks}>
        <Button
          size={size}
          variant={isAsking ? 'filled' : 'default'}
          aria-disabled={isBusy}
          disabled={disabled}
          title={title}
          {...(label === undefined || isAsking ? {} : { 'aria-label': label })}
          onClick={press}
        >
          {isAsking ? (confirm ?? t('dialog.removeNow')) : children}
        </Button>
      </May>
      {isAsking && (
        <Button size={size} onClick={() => setAsking(false)}>
          {t('dialog.cancel')}
        </Button>
      )}
    </>
  );
}
