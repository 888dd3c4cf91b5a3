import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { orderDueAtMs } from '../../../../src-shared/orders/order.ts';
import { placeName, type Order } from '../../../../src-shared/orders/orders.protocol.ts';
import { durationText } from '../../../ui/times.ts';
import { kindWords, stateWords, stepWords } from './orderWords.ts';
import type { FieldOrdersStore, OrderNews } from './ordersStore.ts';

/** What the parts of an order need of the page. */
export interface OrderTimesShown {
  /** The hub's clock. */
  nowMs: number;
  timeOfDay(atMs: number): string;
}

/** Number, kind and priority of an order. */
export function OrderHead({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <p className="field-order-head">
      <b className="field-order-number">{order.number}</b>
      <span
        className={order.priority === 1 ? 'field-order-kind field-order-kind--first' : 'field-order-kind'}
      >
        {kindWords(t, order)}
      </span>
    </p>
  );
}

/** Where it is, and what is to be done there by when. */
export function OrderTask({ order, times }: { order: Order; times: OrderTimesShown }) {
  const { t, i18n } = useTranslation();
  const { place, instructions, dueAtMs } = order;
  const where = [
    place.district === undefined ? undefined : t(`district.${place.district}`),
    place.address === '' ? undefined : place.address,
  ].filter((words) => words !== undefined);
  return (
    <div className="field-order-task">
      <h2>{placeName(place, i18n.language)}</h2>
      {where.length > 0 && <p className="field-quiet">{where.join(' · ')}</p>}
      {instructions !== '' && <p className="field-order-instructions">{instructions}</p>}
      {dueAtMs !== undefined && (
        <p className={times.nowMs > dueAtMs ? 'field-order-late' : 'field-quiet'}>
          {t(times.nowMs > dueAtMs ? 'field.orders.dueOver' : 'field.orders.due', {
            time: times.timeOfDay(dueAtMs),
          })}
        </p>
      )}
    </div>
  );
}

/** The present step, and how long it takes already. */
export function OrderTimer({
  order,
  memberId,
  nowMs,
  isWaiting,
}: {
  order: Order;
  /** Whose phone it is; a squad leader sees the order as the squad has it. */
  memberId?: string;
  nowMs: number;
  isWaiting: boolean;
}) {
  const { t } = useTranslation();
  const isLate = order.isOverdue || nowMs > (orderDueAtMs(order) ?? Number.POSITIVE_INFINITY);
  return (
    <p className="field-order-timer">
      {memberId === undefined ? t(`field.orders.state.${order.state}`) : stateWords(t, order, memberId)}{' '}
      <span className={isLate ? 'field-order-late' : undefined}>{durationText(nowMs - order.sinceMs)}</span>
      {isWaiting && <span className="field-status-waits"> {t('field.orders.waits')}</span>}
    </p>
  );
}

/** What became of orders, each until it is read. */
export function OrderNewsStrips({ store }: { store: FieldOrdersStore }) {
  const { t } = useTranslation();
  const news = useStore(store, (state) => state.news);
  const words = (one: OrderNews): string => {
    const { number } = one;
    switch (one.type) {
      case 'refused':
        return `${t('field.orders.refused.title', { number, step: stepWords(t)[one.step] })} ${t(
          `field.orders.refused.${one.refusal}`,
        )}`;
      case 'cancelled':
        return t('field.orders.gone.cancelled', { number, reason: one.reason });
      default:
        return t(`field.orders.gone.${one.type}`, { number });
    }
  };
  const dismiss = (newsId: string): void =>
    store.setState((state) => ({ news: state.news.filter((one) => one.newsId !== newsId) }));
  return news.map((one) => (
    <p
      key={one.newsId}
      className={
        one.type === 'closed'
          ? 'field-strip field-order-news'
          : 'field-strip field-strip--wrong field-order-news'
      }
      role="alert"
      data-order-news={one.type}
    >
      <span>{words(one)}</span>
      <button type="button" className="field-switch" onClick={() => dismiss(one.newsId)}>
        {t('field.orders.read')}
      </button>
    </p>
  ));
}

/** Keys of which one is chosen, and one that leads back. */
export function ChoiceKeys<Value extends string>({
  title,
  values,
  words,
  onChoose,
  onBack,
}: {
  title: string;
  values: readonly Value[];
  words(value: Value): string;
  onChoose(value: Value): void;
  onBack(): void;
}) {
  const { t } = useTranslation();
  return (
    <div className="field-order-choice" role="group" aria-label={title}>
      <p>{title}</p>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          className="field-key"
          data-choice={value}
          onClick={() => onChoose(value)}
        >
          {words(value)}
        </button>
      ))}
      <button type="button" className="field-key" onClick={onBack}>
        {t('field.orders.back')}
      </button>
    </div>
  );
}

/** Before a page was touched no browser lets it be heard. */
export function TouchStrip({ store }: { store: FieldOrdersStore }) {
  const { t } = useTranslation();
  const canRing = useStore(store, (state) => state.canRing);
  return canRing ? null : <p className="field-strip">{t('field.orders.touch')}</p>;
}
