import { Button, Checkbox, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import type { ReleasedParts, ShowcaseDesk } from '../../../src-shared/showcase/showcase.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';

export interface ReleaseFormProps {
  /** Cases that a squad works on. */
  orders: readonly Order[];
  release: ShowcaseDesk['release'];
  times: Pick<TimeFormat, 'timeOfDay'>;
  memberName: (memberId: string) => string;
  enabled: boolean;
  onRelease: (orderId: string, parts: ReleasedParts) => void;
  onTakeBack: () => void;
}

/** Releases parts of a running case to visitors: each part is a decision of the person at this desk. */
export function ReleaseForm(props: ReleaseFormProps) {
  const { orders, release, times, enabled, onTakeBack } = props;
  const { t } = useTranslation();
  const [orderId, setOrderId] = useState<string | null>(null);
  const order = orders.find((one) => one.orderId === orderId) ?? orders[0];
  const numberOf = (id: string): string => orders.find((one) => one.orderId === id)?.number ?? id;
  return (
    <section className="showcase-release">
      <h2>{t('showcase.desk.release')}</h2>
      <p className="desk-dim">{t('showcase.desk.releaseText')}</p>
      {release !== undefined && (
        <div className="desk-row" role="status">
          <strong className="desk-not-normal">
            {t('showcase.desk.released', {
              number: numberOf(release.orderId),
              by: release.by,
              time: times.timeOfDay(release.sinceMs),
            })}
          </strong>
          <May asks="showcase:takeBackCase">
            <Button disabled={!enabled} onClick={onTakeBack} data-showcase="takeBack">
              {t('showcase.desk.takeBack')}
            </Button>
          </May>
        </div>
      )}
      {order === undefined ? (
        <p>{t('showcase.desk.noCases')}</p>
      ) : (
        <>
          <Select
            aria-label={t('showcase.desk.release')}
            allowDeselect={false}
            value={order.orderId}
            data={orders.map((one) => ({ value: one.orderId, label: `${one.number} · ${one.place.name}` }))}
            onChange={setOrderId}
          />
          <Parts key={order.orderId} {...props} order={order} />
        </>
      )}
    </section>
  );
}

function Parts({ order, memberName, enabled, onRelease }: ReleaseFormProps & { order: Order }) {
  const { t } = useTranslation();
  const [voice, setVoice] = useState(false);
  const [place, setPlace] = useState(false);
  const [memberId, setMemberId] = useState<string | null>(null);
  return (
    <May asks="showcase:releaseCase">
      <div className="desk-row">
        <Checkbox
          size="xs"
          label={t('showcase.desk.voice')}
          checked={voice}
          onChange={({ currentTarget }) => setVoice(currentTarget.checked)}
        />
        <Checkbox
          size="xs"
          label={`${t('showcase.desk.place')}：${order.place.name}`}
          checked={place}
          onChange={({ currentTarget }) => setPlace(currentTarget.checked)}
        />
        <Select
          aria-label={t('showcase.desk.bodyCam')}
          placeholder={t('showcase.desk.noBodyCam')}
          clearable
          value={memberId}
          data={order.memberIds.map((one) => ({ value: one, label: memberName(one) }))}
          onChange={setMemberId}
        />
        <Button
          disabled={!enabled}
          data-showcase="release"
          onClick={() =>
            onRelease(order.orderId, {
              voice,
              place,
              ...(memberId === null ? {} : { bodyCamMemberId: memberId }),
            })
          }
        >
          {t('showcase.desk.do')}
        </Button>
      </div>
    </May>
  );
}
