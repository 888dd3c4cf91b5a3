import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dispositions, memberNext, type Disposition } from '../../../../src-shared/orders/order.ts';
import type { Order, OrderReport } from '../../../../src-shared/orders/orders.protocol.ts';
import { NextKey } from './OrderCards.tsx';
import { ChoiceKeys, OrderHead, OrderTask, OrderTimer, type OrderTimesShown } from './OrderParts.tsx';
import { navigationLinks } from './orderWords.ts';
import { waitingDeeds } from './ordersStore.ts';
import type { WaitingReport } from './reportOutbox.ts';

/** As long as a note may be. */
const longestNote = 500;

export interface OrderDetailProps {
  order: Order;
  memberId: string;
  waiting: readonly WaitingReport[];
  times: OrderTimesShown;
  isAndroid: boolean;
  isApple: boolean;
  /** What others put with the order, such as the picture of its alert. */
  files?: ReactNode;
  /** What other features have of the order, such as its photographs. */
  besides?: ReactNode;
  onReport(report: OrderReport): void;
  onClose(): void;
  /** What was found within the order, and the form for more. */
  findings?: ReactNode;
}

/** One order in full, over the page: the way there, the checklist, notes, and its end. */
export function OrderDetail({
  order,
  memberId,
  waiting,
  times,
  isAndroid,
  isApple,
  files,
  besides,
  onReport,
  onClose,
  findings,
}: OrderDetailProps) {
  const { t, i18n } = useTranslation();
  const canClear = memberNext(order, memberId) === 'cleared';
  const [isClearing, setClearing] = useState(canClear && order.checklist.length === 0);
  const deeds = waitingDeeds(waiting, order.orderId);
  const links = navigationLinks(order.place, { language: i18n.language, isAndroid, isApple });
  const isOpen = order.state !== 'cleared';
  return (
    <section
      className="field-order-over"
      aria-label={t('field.orders.open', { number: order.number })}
      data-order={order.number}
      data-state={order.state}
    >
      <div className="field-order-scroll">
        <div className="field-order-top">
          <OrderHead order={order} />
          <button type="button" className="field-switch" onClick={onClose}>
            {t('field.orders.close')}
          </button>
        </div>
        <OrderTimer order={order} memberId={memberId} nowMs={times.nowMs} isWaiting={deeds.length > 0} />
        {isOpen && isClearing && besides}
        {isClearing && canClear ? (
          <ClearForm onReport={onReport} onBack={() => setClearing(false)} />
        ) : (
          <>
            <OrderTask order={order} times={times} />
            {files}
            {links.length > 0 && (
              <p className="field-order-links">
                {links.map(({ kind, href }) => (
                  <a key={kind} className="field-key" href={href} target="_blank" rel="noreferrer">
                    {t(`field.orders.navigate.${kind}`)}
                  </a>
                ))}
              </p>
            )}
            <Checklist order={order} onReport={onReport} />
            {isOpen && !isClearing && besides}
            {isOpen && <NoteForm onReport={onReport} />}
            {findings}
          </>
        )}
      </div>
      {!isClearing && (
        <NextKey order={order} memberId={memberId} onReport={onReport} onClear={() => setClearing(true)} />
      )}
    </section>
  );
}

function Checklist({ order, onReport }: Pick<OrderDetailProps, 'order' | 'onReport'>) {
  const { t } = useTranslation();
  if (order.checklist.length === 0) return null;
  return (
    <fieldset className="field-order-checklist" disabled={order.state === 'cleared'}>
      <legend>
        {t('field.orders.checklist', {
          done: order.checklist.filter(({ isDone }) => isDone).length,
          total: order.checklist.length,
        })}
      </legend>
      {order.checklist.map(({ itemId, text, isDone }) => (
        <label key={itemId}>
          <input
            type="checkbox"
            checked={isDone}
            onChange={() => onReport({ type: 'check', itemId, isDone: !isDone })}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function NoteForm({ onReport }: Pick<OrderDetailProps, 'onReport'>) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const [isSaved, setSaved] = useState(false);
  const isEmpty = note.trim() === '';
  return (
    <form
      className="field-order-note"
      onSubmit={(event) => {
        event.preventDefault();
        if (isEmpty) return;
        onReport({ type: 'note', note: note.trim() });
        setNote('');
        setSaved(true);
      }}
    >
      <label>
        <span>{t('field.orders.note.title')}</span>
        <textarea
          rows={2}
          maxLength={longestNote}
          value={note}
          onChange={(event) => {
            setNote(event.target.value);
            setSaved(false);
          }}
        />
      </label>
      <button type="submit" className="field-key" disabled={isEmpty}>
        {isSaved ? t('field.orders.note.saved') : t('field.orders.note.save')}
      </button>
    </form>
  );
}

/** What the squad found: chosen from a list, with a note where it likes. */
function ClearForm({ onReport, onBack }: Pick<OrderDetailProps, 'onReport'> & { onBack(): void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const clear = (disposition: Disposition): void =>
    onReport({
      type: 'cleared',
      disposition,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
  return (
    <>
      <label className="field-order-note">
        <span>{t('field.orders.clearNote')}</span>
        <textarea
          rows={1}
          maxLength={longestNote}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <ChoiceKeys
        title={t('field.orders.disposition.title')}
        values={dispositions}
        words={(disposition) => t(`orders.disposition.${disposition}`)}
        onChoose={clear}
        onBack={onBack}
      />
    </>
  );
}
