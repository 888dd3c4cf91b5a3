import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { ShownCode } from './accountsAdmin.ts';

/** The code with which somebody sets a password, shown this once. */
export function OneTimeCode({
  made,
  times,
  onClose,
}: {
  made: ShownCode;
  times: TimeFormat;
  onClose(): void;
}) {
  const { t } = useTranslation();
  return (
    <QuickDialog
      title={t('accounts.codeOf', { name: made.name })}
      closeWord={t('dialog.close')}
      onClose={onClose}
    >
      <div className="account-window">
        <p>
          {t('accounts.codeText', { signInName: made.signInName, until: times.timeOfDay(made.expiresAtMs) })}
        </p>
        <p className="accounts-code" data-code>
          {made.code}
        </p>
        <div className="account-buttons">
          <Button variant="filled" data-autofocus onClick={onClose}>
            {t('accounts.codeGiven')}
          </Button>
        </div>
      </div>
    </QuickDialog>
  );
}
