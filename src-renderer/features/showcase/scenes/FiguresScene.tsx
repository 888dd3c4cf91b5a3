import { useTranslation } from 'react-i18next';
import type { SceneProps } from './sceneProps.ts';

/** The figures of the day, each as large as the hall needs. */
export function FiguresScene({ view: { city } }: SceneProps) {
  const { t, i18n } = useTranslation();
  const figures = [
    ['sites', city?.sites],
    ['online', city?.camerasOnline],
    ['alerts', city?.alerts],
    ['handled', city?.handled],
    ['closed', city?.ordersClosed],
  ] as const;
  return (
    <dl className="showcase-figures">
      {figures.map(([name, value]) => (
        <div key={name} data-figure={name}>
          <dd>{value === undefined ? '–' : value.toLocaleString(i18n.language)}</dd>
          <dt>{t(`showcase.figure.${name}`)}</dt>
        </div>
      ))}
    </dl>
  );
}
