import { useTranslation } from 'react-i18next';
import type { PageProblem } from './reportSending.ts';

const minute = 60;

/** Why something was not done, when to try again, and whom to call in danger where waiting is all there is to do. */
export function PageProblemText({ problem }: { problem: PageProblem }) {
  const { t } = useTranslation();
  const seconds = 'retryAfterSeconds' in problem ? problem.retryAfterSeconds : undefined;
  return (
    <div role="alert" className="citizen-problem" data-problem={problem.code}>
      <p>{t(`citizenPage.problem.${problem.code}`)}</p>
      {seconds !== undefined && (
        <>
          <p>
            {seconds > minute
              ? t('citizenPage.againMinutes', { count: Math.ceil(seconds / minute) })
              : t('citizenPage.againSeconds', { count: seconds })}
          </p>
          <p>{t('citizenPage.danger')}</p>
        </>
      )}
    </div>
  );
}
