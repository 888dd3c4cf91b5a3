import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ask } from '../../../src-shared/session/rights.ts';
import { May } from '../May.tsx';
import './conflictNotice.css';

/**
 * What was refused because the thing changed meanwhile: what changed, as children, and whether to do it all the same. `of` names the kind
 * of thing for the page: `<ConflictNotice of="order" command="Close" …>` is found by `[data-order-conflict]`.
 */
export function ConflictNotice({
  of,
  command,
  asks,
  enabled,
  onAgain,
  onLeave,
  children,
}: {
  of: 'order' | 'finding';
  /** What was to be done, in the words of its key. */
  command: string;
  asks: Ask;
  enabled: boolean;
  onAgain(): void;
  onLeave(): void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <section className="conflict-notice" role="alert" {...{ [`data-${of}-conflict`]: true }}>
      <p>{t('orders.conflict.title', { command })}</p>
      {children}
      <div className="conflict-notice-keys">
        <May asks={asks}>
          <Button disabled={!enabled} onClick={onAgain}>
            {t('orders.conflict.again', { command })}
          </Button>
        </May>
        <Button variant="subtle" color="gray" onClick={onLeave}>
          {t('orders.conflict.leave')}
        </Button>
      </div>
    </section>
  );
}
