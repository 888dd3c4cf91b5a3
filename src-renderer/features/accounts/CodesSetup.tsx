import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { renderSVG } from 'uqr';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';
import { RecoveryCodes, UnseenRecoveryCodes } from './RecoveryCodes.tsx';

/** Sets up an authenticator: the picture to scan, the first code, and the recovery codes, which are shown this once. */
export function CodesSetup({ ask, onDone }: { ask: AskAccounts; onDone(): void }) {
  const { t } = useTranslation();
  const [begun, setBegun] = useState<{ secret: string; address: string }>();
  const [code, setCode] = useState('');
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>();
  const [isUnseen, setUnseen] = useState(false);
  /** Counts the pictures: a hub that started again has forgotten the one that is shown. */
  const [pictures, setPictures] = useState(0);
  const [problem, setProblem] = useState<RefusalWords>();
  useEffect(() => {
    let isGone = false;
    void ask<{ secret: string; address: string }>('POST', 'session/codes').then((answer) => {
      if (isGone) return;
      if (answer.ok) setBegun(answer.data);
      else setProblem(answer.refusal);
    });
    return () => void (isGone = true);
  }, [ask, pictures]);
  if (recoveryCodes !== undefined) return <RecoveryCodes codes={recoveryCodes} ask={ask} onDone={onDone} />;
  if (isUnseen) return <UnseenRecoveryCodes ask={ask} onDone={onDone} />;
  const confirm = async (): Promise<void> => {
    setProblem(undefined);
    const answer = await ask<{ recoveryCodes: string[] }>('POST', 'session/codes/confirm', { code });
    if (answer.ok) return setRecoveryCodes(answer.data.recoveryCodes);
    setProblem(answer.refusal);
    if (answer.refusal.reason === 'accounts.wrong_code') return;
    // A hub that ended before its answer came may have stored the authenticator: then its recovery codes were shown to nobody.
    const session = await ask('GET', 'session');
    const person = session.ok ? session.data.person : undefined;
    if (person?.hasTimeCodes === true && !person.areRecoveryCodesKept) setUnseen(true);
    else if (answer.refusal.reason === 'accounts.no_code_begun') {
      setCode('');
      setPictures((before) => before + 1);
    }
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
