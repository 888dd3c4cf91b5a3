import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from '../../features/field/fieldStore.ts';
import type { FieldFindingsStore } from '../../features/field/findings/fieldFindingsStore.ts';
import type { FieldOrdersStore } from '../../features/field/orders/ordersStore.ts';
import type { PhoneAttachments } from '../shared/phoneAttachments.ts';
import type { SessionStore } from '../shared/sessionStore.ts';
import { switchLanguage } from '../shared/switchLanguage.ts';
import type { FieldSession } from './FieldSession.ts';

/** Where work of the member waits to be sent. */
export interface UnsentParts {
  orders: FieldOrdersStore;
  foundings: FieldFindingsStore;
  attachments: Pick<PhoneAttachments, 'store'>;
}

export interface FieldBarProps {
  session: SessionStore;
  field: FieldStore;
  phone: Pick<FieldSession, 'signOut'>;
  unsent: UnsentParts;
  isMenuOpen: boolean;
  onMenu(isOpen: boolean): void;
}

/** The member who is signed in and the state of the connection, with language and sign-out behind a key. */
export function FieldBar({ session, field, phone, unsent, isMenuOpen, onMenu }: FieldBarProps) {
  const { t, i18n } = useTranslation();
  const { member, roundTripMs, isSignedIn, squads } = useStore(field);
  const link = useStore(session, (state) => state.link.state);
  const lostSinceMs = useStore(session, (state) => state.hubLostSinceMs);
  const nowMs = useStore(session, (state) => state.nowMs);
  const isChinese = i18n.language !== 'en';
  const squad = squads.find(({ squadId }) => squadId === member?.squadId);
  const seconds = lostSinceMs === undefined ? 0 : Math.max(0, Math.round((nowMs - lostSinceMs) / 1_000));
  const words = {
    connecting: t('field.link.connecting'),
    joined:
      roundTripMs === undefined ? t('field.link.joined') : t('field.link.joinedIn', { ms: roundTripMs }),
    lost: t('field.link.lost', { seconds }),
    refused: t('field.link.refused'),
  };
  return (
    <header className="field-bar">
      <div className="field-bar-row">
        <span className="field-bar-name">
          {member === undefined ? t('product.name') : member.name}
          {squad !== undefined && (
            <span className="field-bar-squad">{isChinese ? squad.name : (squad.nameEn ?? squad.name)}</span>
          )}
        </span>
        <span
          className={link === 'joined' ? 'field-link' : 'field-link field-link--wrong'}
          data-link={link}
          role="status"
        >
          {words[link]}
        </span>
        <button
          type="button"
          className="field-menu-key"
          aria-expanded={isMenuOpen}
          aria-label={t('field.menu.open')}
          onClick={() => onMenu(!isMenuOpen)}
        >
          ⋯
        </button>
      </div>
      {isMenuOpen && (
        <div className="field-menu">
          <button
            type="button"
            className="field-key"
            onClick={() => {
              onMenu(false);
              void switchLanguage(isChinese ? 'en' : 'zh-CN', session);
            }}
          >
            {t('field.menu.otherLanguage')}
          </button>
          <a className="field-key" href="/trust">
            {t('field.menu.trust')}
          </a>
          {isSignedIn && (
            <SignOutKey
              {...unsent}
              field={field}
              onSignOut={() => {
                onMenu(false);
                void phone.signOut();
              }}
            />
          )}
        </div>
      )}
    </header>
  );
}

/** Signs out; where something was not sent yet, after a second press that was given the reason. */
function SignOutKey({
  field,
  orders,
  foundings,
  attachments,
  onSignOut,
}: UnsentParts & { field: FieldStore; onSignOut(): void }) {
  const { t } = useTranslation();
  const reports = useStore(orders, (state) => state.waiting.length);
  const findings = useStore(foundings, (state) => state.waiting.length);
  const files = useStore(attachments.store, (state) => state.waiting.length);
  const statuses = useStore(field, (state) => state.waiting.statuses.length);
  const unsent = reports + findings + files + statuses;
  const [isAsked, setAsked] = useState(false);
  if (isAsked && unsent > 0) {
    return (
      <>
        <p className="field-order-late" role="alert" data-unsent={unsent}>
          {t('field.menu.unsent', { count: unsent })}
        </p>
        <button type="button" className="field-key" onClick={onSignOut}>
          {t('field.menu.signOutNow')}
        </button>
      </>
    );
  }
  return (
    <button type="button" className="field-key" onClick={() => (unsent > 0 ? setAsked(true) : onSignOut())}>
      {t('field.menu.signOut')}
    </button>
  );
}
