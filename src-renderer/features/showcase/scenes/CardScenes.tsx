import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import { KitchenArt } from '../KitchenArt.tsx';

const steps = ['seen', 'checked', 'sent', 'there', 'fixed'] as const;
const deeds = ['scan', 'report', 'choose'] as const;

/** How an alert is worked: five steps, one after another. */
export function WorkScene() {
  const { t } = useTranslation();
  return (
    <ol className="showcase-steps">
      {steps.map((step, index) => (
        <li key={step} style={{ animationDelay: `${index * 3}s` }}>
          <Icon name={step} />
          <h2>{t(`showcase.work.${step}.title`)}</h2>
          <p>{t(`showcase.work.${step}.text`)}</p>
        </li>
      ))}
    </ol>
  );
}

/** What citizens can do. */
export function CitizensScene() {
  const { t } = useTranslation();
  return (
    <ul className="showcase-cards">
      {deeds.map((deed) => (
        <li key={deed}>
          <Icon name={deed} />
          <h2>{t(`showcase.citizens.${deed}.title`)}</h2>
          <p>{t(`showcase.citizens.${deed}.text`)}</p>
        </li>
      ))}
    </ul>
  );
}

/** Words alone, over a drawing. */
export function WordsScene() {
  return (
    <div className="showcase-wordscene">
      <KitchenArt number={4} />
    </div>
  );
}
