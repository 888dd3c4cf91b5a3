import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isOrderEnded, isOrderWithSquad } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { BodyCamDescription } from '../../../src-shared/squads/squads.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { OrderPeople } from './orderWords.ts';
import './orderLive.css';

/** What can be done live with those who go for an order. */
export interface OrderLiveActions {
  /** Speaks to those who go from now on. */
  call(orderId: string): void;
  /** Asks a member for the picture and shows it. */
  watch(memberId: string): void;
  /** Withdraws the request, or ends the picture. */
  endPicture(memberId: string): void;
  /** Takes the member's picture to a tile of the wall. */
  toWall(memberId: string): void;
  /** Puts the order on the chosen screen of the wall, or takes it back. */
  toggleCase(order: Order): void;
  /** Shows the order on the map. */
  showOnMap(orderId: string): void;
}

export interface OrderLiveProps {
  order: Order;
  people: OrderPeople;
  actions: OrderLiveActions;
  enabled: boolean;
  /** The talk key speaks to those who go. */
  isCalled: boolean;
  /** Who speaks in the group of the order. */
  talker: string | undefined;
  /** The chosen screen of the wall shows this order. */
  isOnWall: boolean;
  /** The way of each who goes, in words. */
  ways: ReadonlyMap<string, string>;
}

/** An open order on the wall and the map; while somebody goes, the talk group and the body cams. */
export function OrderLive({
  order,
  people,
  actions,
  enabled,
  isCalled,
  isOnWall,
  talker,
  ways,
}: OrderLiveProps) {
  const { t } = useTranslation();
  const { orderId, memberIds } = order;
  if (isOrderEnded(order)) return null;
  return (
    <section className="order-live" data-live-order-id={orderId}>
      <div className="order-live-row">
        <MayCase isOnWall={isOnWall}>
          <Button
            size="compact-sm"
            variant={isOnWall ? 'filled' : 'default'}
            aria-pressed={isOnWall}
            disabled={!enabled}
            onClick={() => actions.toggleCase(order)}
          >
            {t(isOnWall ? 'orders.live.endCase' : 'orders.live.showCase')} · w
          </Button>
        </MayCase>
        {order.place.latitude !== undefined && (
          <Button size="compact-sm" onClick={() => actions.showOnMap(orderId)}>
            {t('orders.live.onMap')}
          </Button>
        )}
      </div>
      {isOrderWithSquad(order) && (
        <div className="order-live-row">
          <span>
            {t('talk.groups.order', { number: order.number })}
            {talker !== undefined && <strong> · {t('talk.talker', { name: talker })}</strong>}
          </span>
          <May asks="talk:requestFloor">
            <Button
              size="compact-sm"
              variant={isCalled ? 'filled' : 'default'}
              aria-pressed={isCalled}
              disabled={!enabled}
              onClick={() => actions.call(orderId)}
            >
              {t(isCalled ? 'orders.live.called' : 'orders.live.call')}
            </Button>
          </May>
        </div>
      )}
      {(isOrderWithSquad(order) ? memberIds : []).map((memberId) => {
        const member = people.members.get(memberId);
        if (member === undefined) return null;
        const { bodyCam, isConnected, name } = member;
        return (
          <div key={memberId} className="order-live-row" data-live-member-id={memberId}>
            <span>
              {name}
              {ways.has(memberId) && ` · ${ways.get(memberId)}`}{' '}
              <span className="desk-dim">· {pictureWords(bodyCam, isConnected, t)}</span>
            </span>
            <span className="order-live-keys">
              <May asks="bodycam:ask">
                <Button
                  size="compact-sm"
                  disabled={!enabled || (!isConnected && bodyCam.state === 'off')}
                  onClick={() => actions.watch(memberId)}
                >
                  {t(bodyCam.state === 'asked' ? 'bodycam.asked' : 'bodycam.show')}
                </Button>
              </May>
              {bodyCam.state !== 'off' && (
                <May asks="bodycam:end">
                  <Button size="compact-sm" disabled={!enabled} onClick={() => actions.endPicture(memberId)}>
                    {t(bodyCam.state === 'asked' ? 'bodycam.takeBack' : 'bodycam.end')}
                  </Button>
                </May>
              )}
              {bodyCam.state === 'live' && (
                <May asks="wall:placeCamera">
                  <Button size="compact-sm" disabled={!enabled} onClick={() => actions.toWall(memberId)}>
                    {t('orders.live.toWall')}
                  </Button>
                </May>
              )}
            </span>
          </div>
        );
      })}
    </section>
  );
}

/** Putting a case up and taking it back are asked each by its own name. */
function MayCase({ isOnWall, children }: { isOnWall: boolean; children: ReactNode }) {
  return isOnWall ? <May asks="wall:endCase">{children}</May> : <May asks="wall:showCase">{children}</May>;
}

function pictureWords({ state }: BodyCamDescription, isConnected: boolean, t: TFunction): string {
  if (state === 'live') return t('orders.live.picture.live');
  if (state === 'asked') return t('orders.live.picture.asked');
  return t(isConnected ? 'orders.live.picture.off' : 'orders.live.picture.away');
}
