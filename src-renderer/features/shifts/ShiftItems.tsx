import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { itemKey, type ShiftItemKind } from '../../../src-shared/shifts/shift.ts';
import { maxSignedAtOnce, type ReadItem } from '../../../src-shared/shifts/shifts.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { ShiftsPanelProps } from './shiftsPanelProps.ts';

/** The open items of one kind that a shift hands over, each with who has signed it. */
export function ShiftItems({
  kind,
  items,
  wasOpened,
  isReceiver,
  enabled,
  shifts,
  times,
}: Pick<ShiftsPanelProps, 'shifts' | 'times' | 'enabled'> & {
  kind: ShiftItemKind;
  items: readonly ReadItem[];
  wasOpened: boolean;
  isReceiver: boolean;
}) {
  const { t, i18n } = useTranslation();
  if (items.length === 0) return null;
  const unsigned = items.filter(({ signed, present }) => signed === undefined && present !== 'ended');
  const together = unsigned.slice(0, maxSignedAtOnce);
  const stateText = (state: string): string =>
    t(`shifts.state.${state}` as 'shifts.state.new', { defaultValue: state });
  return (
    <details
      className="shifts-kind"
      data-kind={kind}
      onToggle={(event) => {
        if (event.currentTarget.open && isReceiver) void shifts.openList(kind);
      }}
    >
      <summary>
        {t(`shifts.kind.${kind}`)} · {items.length}
        {unsigned.length > 0 && ` · ${t('shifts.unsigned', { count: unsigned.length })}`}
      </summary>
      {isReceiver && unsigned.length > 0 && (
        <May asks="shifts:work">
          <Button
            size="compact-sm"
            disabled={!enabled || !wasOpened}
            onClick={() => void shifts.work({ type: 'kindSigned', kind, seen: together.map(seenOf) })}
          >
            {together.length < unsigned.length
              ? t('shifts.signSome', { count: together.length, all: unsigned.length })
              : t('shifts.signAll', { count: together.length })}
          </Button>
        </May>
      )}
      <ul>
        {items.map((item) => {
          const key = itemKey(item);
          const shown =
            item.kind === 'server'
              ? stateText(item.state)
              : i18n.language === 'en'
                ? (item.nameEn ?? item.name)
                : item.name;
          return (
            <li key={key} data-item={key} data-present={item.present}>
              <span>{shown}</span>
              <span className="desk-dim">{times.timeOfDay(item.sinceMs)}</span>
              <span>
                {stateText(item.state)}
                {item.stateNow !== undefined && ` → ${stateText(item.stateNow)}`}
                {item.present === 'ended' && ` → ${t('shifts.hasEnded')}`}
              </span>
              {item.signed !== undefined ? (
                <span>
                  {t('shifts.signedBy', { name: item.signed.by.name, at: times.timeOfDay(item.signed.atMs) })}
                </span>
              ) : isReceiver && item.present !== 'ended' ? (
                <May asks="shifts:work">
                  <Button
                    size="compact-xs"
                    disabled={!enabled}
                    onClick={() =>
                      void shifts.work({
                        type: 'signed',
                        seen: [seenOf(item)],
                      })
                    }
                  >
                    {t('shifts.sign')}
                  </Button>
                </May>
              ) : (
                <span />
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

/** An item with the state that is shown of it now. */
function seenOf(item: ReadItem): { key: string; state: string } {
  return { key: itemKey(item), state: item.stateNow ?? item.state };
}
