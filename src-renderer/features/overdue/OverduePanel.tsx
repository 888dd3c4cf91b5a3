import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { placeName } from '../../../src-shared/orders/orders.protocol.ts';
import type { DeskOverdue, LateWork } from './overdueStore.ts';
import './overdue.css';

/** How many are named; the others are counted. */
const shownAtMost = 4;

/** What became late and was not seen, below the other panels: it stays until somebody opens it or says that it was seen. */
export function OverduePanel({ overdue, onOpen }: { overdue: DeskOverdue; onOpen(work: LateWork): void }) {
  const { t, i18n } = useTranslation();
  const unseen = useStore(overdue.store, (state) => state.unseen);
  if (unseen.length === 0) return null;
  const shown = unseen.slice(0, shownAtMost);
  return (
    <section className="overdue" role="status" aria-label={t('overdue.title', { count: unseen.length })}>
      <header>
        <h2>{t('overdue.title', { count: unseen.length })}</h2>
        <Button size="compact-xs" onClick={() => overdue.seen(unseen.map(({ key }) => key))}>
          {t('overdue.seen')}
        </Button>
      </header>
      {shown.map((work) => (
        <button
          key={work.key}
          type="button"
          className="overdue-row"
          data-overdue={work.type === 'order' ? work.order.orderId : work.finding.findingId}
          onClick={() => {
            overdue.seen([work.key]);
            onOpen(work);
          }}
        >
          <span className="overdue-what">
            {work.type === 'order'
              ? t('overdue.order', { number: work.order.number })
              : t('overdue.finding', { number: work.finding.number })}
          </span>
          <span className="overdue-why">
            {work.type === 'finding'
              ? t(`overdue.why.finding${work.finding.escalation as 2 | 3 | 4}`)
              : work.why === 'due'
                ? t('overdue.why.due')
                : t(`overdue.why.${work.order.state}` as 'overdue.why.created')}
          </span>
          <span className="overdue-place">
            {placeName(work.type === 'order' ? work.order.place : work.finding.place, i18n.language)}
          </span>
        </button>
      ))}
      {unseen.length > shown.length && (
        <p className="desk-dim">{t('overdue.more', { count: unseen.length - shown.length })}</p>
      )}
    </section>
  );
}
