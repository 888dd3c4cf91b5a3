import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import { useStore } from 'zustand';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { SquadsStore } from './squadsStore.ts';
import { May } from '../../ui/May.tsx';

export interface SignInCodeProps {
  store: SquadsStore;
  nowMs: number;
  onNew(memberId: string): void;
  onClose(): void;
}

/** A member's sign-in code, to be scanned or typed; it goes by itself once the phone has signed in. */
export function SignInCode({ store, nowMs, onNew, onClose }: SignInCodeProps) {
  const { t } = useTranslation();
  const code = useStore(store, (state) => state.code);
  const name = useStore(store, (state) => state.members.get(state.code?.memberId ?? '')?.name);
  if (code === undefined) return null;
  const leftSeconds = Math.ceil((code.expiresAtMs - nowMs) / 1_000);
  return (
    <QuickDialog title={t('squads.code.title', { name })} closeWord={t('dialog.close')} onClose={onClose}>
      <div className="sign-in-code" data-sign-in-code={code.code}>
        {code.address === undefined ? (
          <p className="desk-not-normal">{t('squads.code.noAddress')}</p>
        ) : (
          <img
            className={leftSeconds > 0 ? 'sign-in-qr' : 'sign-in-qr sign-in-qr--over'}
            alt={t('squads.code.scan')}
            src={`data:image/svg+xml,${encodeURIComponent(renderSVG(code.address, { border: 2 }))}`}
          />
        )}
        <p className="sign-in-typed">{code.code}</p>
        {leftSeconds > 0 ? (
          <p className="desk-dim">
            {t('squads.code.left', {
              minutes: Math.floor(leftSeconds / 60),
              seconds: String(leftSeconds % 60).padStart(2, '0'),
            })}
          </p>
        ) : (
          <p className="desk-not-normal">{t('squads.code.over')}</p>
        )}
        <p className="desk-dim">{t('squads.code.how')}</p>
        {code.fingerprints.length > 0 && (
          <div className="desk-dim sign-in-fingerprint">
            <p>{t('squads.code.fingerprint')}</p>
            {code.fingerprints.map((fingerprint) => (
              <code key={fingerprint}>{fingerprint}</code>
            ))}
          </div>
        )}
        <div className="dialog-buttons">
          <May asks="squads:makeSignInCode">
            <Button onClick={() => onNew(code.memberId)}>{t('squads.code.again')}</Button>
          </May>
          <Button variant="filled" data-autofocus onClick={onClose}>
            {t('dialog.close')}
          </Button>
        </div>
      </div>
    </QuickDialog>
  );
}
