import { createContext, use, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ask } from '../../src-shared/session/rights.ts';
import type { RightStanding } from '../../src-shared/session/session.protocol.ts';
import './may.css';

/** How it stands with what a control asks of the hub. Where nobody provides it, the hub alone decides. */
export const MayContext = createContext<(ask: Ask) => RightStanding>(() => 'may');

/** Whether it may be asked here, and otherwise the sentence that says whom to turn to. */
export function useMay(ask: Ask): { isAllowed: boolean; helper: string | undefined } {
  const { t } = useTranslation();
  const standing = use(MayContext)(ask);
  if (standing === 'may') return { isAllowed: true, helper: undefined };
  return { isAllowed: false, helper: t(`ask.${standing}`) };
}

export interface MayProps {
  /** What the controls ask of the hub: each control that asks something stands in one of these. */
  asks: Ask;
  /** `note` also writes the sentence above the controls; otherwise it is read by pointing at them and by screen readers. */
  note?: boolean;
  children: ReactNode;
}

/**
 * Controls that only some may use. For everybody else they are shown, but disabled, with whom to ask: by pointing at them, and
 * for the keyboard and screen readers as a group that takes the focus and has that sentence as its name. Example:
 * `<May asks="wall:showContent"><Button>…</Button></May>`.
 */
export function May({ asks, note = false, children }: MayProps) {
  const { isAllowed, helper } = useMay(asks);
  return (
    <fieldset
      className={isAllowed ? 'may' : 'may may--denied'}
      disabled={!isAllowed}
      data-asks={asks}
      {...(helper === undefined ? {} : { title: helper, 'aria-label': helper, tabIndex: 0 })}
    >
      {note && helper !== undefined && <p className="may-ask">{helper}</p>}
      {children}
    </fieldset>
  );
}
