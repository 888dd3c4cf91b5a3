import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer, SignIn } from '../../../src-shared/accounts/accounts.protocol.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { AskAccounts } from './accountsClient.ts';
import { ChangePassword } from './ChangePassword.tsx';
import { CodesSetup } from './CodesSetup.tsx';
import { Problem } from './Problem.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import { SignInList } from './SignInList.tsx';

interface OwnSignIns {
  /** The one of this page. */
  current: string;
  signIns: SignIn[];
}

/** What somebody does with the account that is signed in: password, authenticator, recovery codes, sign-ins. */
export function OwnAccount({ ask, times }: { ask: AskAccounts; times: TimeFormat }) {
  const { t } = useTranslation();
  const [person, setPerson] = useState<SessionAnswer['person']>();
  const [own, setOwn] = useState<OwnSignIns>();
  const [isSettingUp, setSettingUp] = useState(false);
  const [newCodes, setNewCodes] = useState<string[]>();
  const [problem, setProblem] = useState<RefusalWords>();
  /** Counts what was done here: after each the account is read again. */
  const [deeds, setDeeds] = useState(0);
  const readAgain = (): void => setDeeds((before) => before + 1);
  useEffect(() => {
    let isGone = false;
    void Promise.all([ask('GET', 'session'), ask<OwnSignIns>('GET', 'session/sign-ins')]).then(
      ([session, signIns]) => {
        if (isGone) return;
        if (session.ok) setPerson(session.data.person);
        if (signIns.ok) setOwn(signIns.data);
      },
    );
    return () => void (isGone = true);
  }, [ask, deeds]);
  const act = async (method: string, path: string): Promise<void> => {
    const answer = await ask(method, path);
    setProblem(answer.ok ? undefined : answer.refusal);
    readAgain();
  };
  const makeCodes = async (): Promise<void> => {
    const answer = await ask<{ recoveryCodes: string[] }>('POST', 'session/recovery-codes', {});
    if (answer.ok) setNewCodes(answer.data.recoveryCodes);
    setProblem(answer.ok ? undefined : answer.refusal);
  };
  if (person === undefined) return <p role="status">{t('accounts.noAccount')}</p>;
  return (
    <section className="own-account" aria-label={t('accounts.own')}>
      <div>
        <h2>
          {person.name} · {person.signInName}
        </h2>
        <ChangePassword ask={ask} />
      </div>
      <div>
        <h2>{t('accounts.timeCodes')}</h2>
        <p>
          {person.hasTimeCodes
            ? t('accounts.codesOn', { count: person.recoveryCodesLeft })
            : t('accounts.codesOff')}
        </p>
        {person.hasTimeCodes && !person.areRecoveryCodesKept && (
          <p data-recovery-unseen>{t('signIn.recoveryUnseen')}</p>
        )}
        <div className="account-buttons">
          <Button onClick={() => setSettingUp(true)}>
            {t(person.hasTimeCodes ? 'accounts.codesAgain' : 'accounts.codesSetUp')}
          </Button>
          {person.hasTimeCodes && (
            <Button onClick={() => void makeCodes()}>{t('accounts.recoveryAgain')}</Button>
          )}
          {person.hasTimeCodes && person.role !== 'administrator' && (
            <Button onClick={() => void act('DELETE', 'session/codes')}>{t('accounts.codesRemove')}</Button>
          )}
        </div>
        <Problem refusal={problem} />
      </div>
      <div className="own-account-sign-ins">
        <h2>{t('accounts.ownSignIns')}</h2>
        <SignInList
          signIns={own?.signIns ?? []}
          current={own?.current}
          times={times}
          isBusy={false}
          onEnd={(sessionId) => void act('DELETE', `session/sign-ins/${encodeURIComponent(sessionId)}`)}
        />
      </div>
      {newCodes !== undefined && (
        <QuickDialog
          title={t('accounts.recoveryAgain')}
          closeWord={t('dialog.close')}
          onClose={() => {
            setNewCodes(undefined);
            readAgain();
          }}
        >
          <div className="account-window">
            <RecoveryCodes
              codes={newCodes}
              ask={ask}
              onDone={() => {
                setNewCodes(undefined);
                readAgain();
              }}
            />
          </div>
        </QuickDialog>
      )}
      {isSettingUp && (
        <QuickDialog
          title={t('signIn.codesTitle')}
          closeWord={t('dialog.close')}
          onClose={() => {
            setSettingUp(false);
            readAgain();
          }}
        >
          <div className="account-window">
            <CodesSetup
              ask={ask}
              onDone={() => {
                setSettingUp(false);
                readAgain();
              }}
            />
          </div>
        </QuickDialog>
      )}
    </section>
  );
}
