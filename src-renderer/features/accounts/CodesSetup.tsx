import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';

/** Sets up an authenticator: the picture to scan, the first code, and the recovery codes, which are shown this once. */
export function CodesSetup({ ask, onDone }: { ask: AskAccounts; onDone(): void }) {
  const { t } = useTranslation();
  const [begun, setBegun] = useState<{ secret: string; address: string }>();
  const [code, setCode] = useState('');
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>();
  const [problem, setProblem] = useState<RefusalWords>();
  useEffect(() => {
    let isGone = false;
    void ask<{ secret: string; address: string }>('POST', 'session/codes').then((answer) => {
      if (isGone) return;
      if (answer.ok) setBegun(answer.data);
      else setProblem(answer.refusal);
    });
    return () => void (isGone = true);
  }, [ask]);
  if (recoveryCodes !== undefined) {
    return (
      <div className="sign-in-form">
        <p>{t('signIn.recoveryText')}</p>
        <ul className="sign-in-codes" data-recovery>
          {recoveryCodes.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <button type="button" className="sign-in-key sign-in-key--first" onClick={onDone}>
          {t('signIn.recoveryKept')}
        </button>
      </div>
    );
  }
  const confirm = async (): Promise<void> => {
    setProblem(undefined);
    const answer = await ask<{ recoveryCodes: string[] }>('POST', 'session/codes/confirm', { code });
    if (answer.ok) setRecoveryCodes(answer.data.recoveryCodes);
    else setProblem(answer.refusal);
  };
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (code !== '') void confirm();
      }}
    >
      <p className="sign-in-quiet">{t('signIn.codesText')}</p>
      {begun !== undefined && (
        <>
          <img
            className="sign-in-qr"
            alt={t('signIn.qr')}
            src={`data:image/svg+xml,${encodeURIComponent(renderSVG(begun.address))}`}
          />
          <p className="sign-in-secret" data-secret>
            {begun.secret.match(/.{1,4}/g)?.join(' ')}
          </p>
        </>
      )}
      <Field
        label={t('signIn.sixDigits')}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        maxLength={8}
        name="code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Problem refusal={problem} />
      <button type="submit" className="sign-in-key sign-in-key--first" disabled={code.trim() === ''}>
        {t('signIn.confirm')}
      </button>
    </form>
  );
}
