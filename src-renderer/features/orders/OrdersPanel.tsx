import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { May } from '../../ui/May.tsx';
import { EndedOrders } from './EndedOrders.tsx';
import { NewOrderForm } from './NewOrderForm.tsx';
import { OrderDetail } from './OrderDetail.tsx';
import { OrderSettingsPanel } from './OrderSettingsPanel.tsx';
import { OrdersList } from './OrdersList.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { sortedOrders } from './ordersStore.ts';
import './orders.css';

/**
 * Open orders on the left: who has them and what they wait for; or a search of those that ended. The chosen one on the right with
 * its history; in its place a new order or the settings.
 */
export function OrdersPanel(props: OrdersPanelProps) {
  const { store, actions, enabled } = props;
  const { t } = useTranslation();
  const orders = useStore(store, (state) => state.orders);
  const chosenId = useStore(store, (state) => state.chosenId);
  const page = useStore(store, (state) => state.page);
  const wantedPlace = useStore(store, (state) => state.wantedPlace);
  const isEnded = useStore(store, (state) => state.ended !== undefined);
  const sorted = useMemo(() => sortedOrders(orders), [orders]);
  return (
    <div className="desk-page orders-page">
      <div className="orders-list">
        <header>
          <h1>{isEnded ? t('orders.ended.title') : t('orders.title', { count: orders.size })}</h1>
          <div className="order-deeds">
            <May asks="orders:search">
              <Button
                size="compact-sm"
                aria-pressed={isEnded}
                disabled={!enabled}
                data-ended-orders
                onClick={() => void actions.searchEnded(isEnded ? undefined : {})}
              >
                {t(isEnded ? 'orders.ended.back' : 'orders.ended.title')}
              </Button>
            </May>
            <Button size="compact-sm" data-order-settings onClick={() => actions.show('settings')}>
              {t('orders.settings.title')}
            </Button>
            <May asks="orders:create">
              <Button size="compact-sm" disabled={!enabled} onClick={() => actions.show('write')}>
                {t('orders.new')}
              </Button>
            </May>
          </div>
        </header>
        {isEnded ? (
          <EndedOrders {...props} />
        ) : (
          <>
            {sorted.length === 0 && <p className="desk-dim">{t('orders.none')}</p>}
            <OrdersList {...props} orders={sorted} chosenId={chosenId} />
          </>
        )}
      </div>
      <div className="orders-chosen">
        {page === 'write' ? (
          <NewOrderForm key={JSON.stringify(wantedPlace ?? null)} {...props} />
        ) : page === 'settings' ? (
          <OrderSettingsPanel {...props} />
        ) : chosenId === undefined ? (
          <p className="desk-dim">{t('orders.choose')}</p>
        ) : (
          <OrderDetail key={chosenId} {...props} orderId={chosenId} />
        )}
      </div>
    </div>
  );
}
