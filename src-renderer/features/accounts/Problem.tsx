import { useTranslation } from 'react-i18next';
import { refusalText, type RefusalWords } from '../../ui/refusalText.ts';

/** The reason of a refusal; a screen reader reads it at once. */
export function Problem({ refusal }: { refusal: RefusalWords | undefined }) {
  const { t } = useTranslation();
  return (
    <p className="sign-in-problem" role="alert">
      {refusal === undefined ? '' : refusalText(refusal, t)}
    </p>
  );
}
