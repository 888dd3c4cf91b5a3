import { createContext, use, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { can, type Capability, type Role } from '../../src-shared/session/roles.ts';
import './may.css';

/** Whether whoever sits here may do a thing. Where nobody provides it, the hub alone decides. */
export const MayContext = createContext<(capability: Capability) => boolean>(() => true);

/** Whom to ask, from the nearest to the furthest. */
const helpers = ['duty_officer', 'supervisor', 'administrator'] as const satisfies readonly Role[];
export type Helper = (typeof helpers)[number];

/** Who may do a thing, for those who may not; undefined where nobody at a desk may. */
export function whoMay(capability: Capability): Helper | undefined {
  return helpers.find((role) => can(role, capability));
}

/** Whether it may be done here, and otherwise the sentence that says whom to ask. */
export function useMay(capability: Capability): { isAllowed: boolean; ask: string | undefined } {
  const { t } = useTranslation();
  const isAllowed = use(MayContext)(capability);
  const helper = whoMay(capability);
  if (isAllowed) return { isAllowed, ask: undefined };
  return { isAllowed, ask: helper === undefined ? t('ask.nobody') : t(`ask.${helper}`) };
}

export interface MayProps {
  /** What the controls do. */
  does: Capability;
  /** `note` also writes the sentence above the controls; otherwise it is read by pointing at them and by screen readers. */
  note?: boolean;
  children: ReactNode;
}

/**
 * Controls that only some may use. For everybody else they are shown, but disabled, with whom to ask. Example:
 * `<May does="wall:override"><Button>…</Button></May>`.
 */
export function May({ does, note = false, children }: MayProps) {
  const { isAllowed, ask } = useMay(does);
  return (
    <fieldset
      className="may"
      disabled={!isAllowed}
      {...(ask === undefined ? {} : { title: ask, 'aria-label': ask, 'data-ask': does })}
    >
      {note && ask !== undefined && <p className="may-ask">{ask}</p>}
      {children}
    </fieldset>
  );
}
