import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../../ui/languages.ts';
import { startLocale } from '../../ui/locale.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import '../../ui/tokens.css';
import './field.css';

interface Addresses {
  trustUrl: string;
  fieldUrl: string;
}

/** A page that did not come over HTTPS: it says that nothing can work here, and where it does. */
export async function showInsecurePage(): Promise<void> {
  await startLocale(chooseLanguage(window.location.search, pageStorage.local));
  const addresses = await readAddresses();
  const place = document.getElementById('surface');
  if (place === null) throw new Error('The page has no element with the id "surface".');
  createRoot(place).render(<InsecurePage addresses={addresses} />);
}

function InsecurePage({ addresses }: { addresses: Addresses | undefined }) {
  const { t } = useTranslation();
  const code = window.location.hash;
  return (
    <main className="field field-insecure">
      <h1>{t('field.insecure.title')}</h1>
      <p>{t('field.insecure.text')}</p>
      {addresses === undefined ? (
        <p className="field-strip field-strip--wrong">{t('field.insecure.noHttps')}</p>
      ) : (
        <>
          <ol>
            <li>{t('field.insecure.trust')}</li>
            <li>{t('field.insecure.open')}</li>
          </ol>
          <a className="field-key" href="/trust">
            {t('field.insecure.trustKey')}
          </a>
          <a className="field-key field-key--first" href={`${addresses.fieldUrl}${code}`}>
            {t('field.insecure.openKey')}
          </a>
          <p className="field-quiet">{addresses.fieldUrl}</p>
        </>
      )}
    </main>
  );
}

/** Where this hub is found over HTTPS; undefined when it is not. */
async function readAddresses(): Promise<Addresses | undefined> {
  try {
    const answer = await fetch('/trust/addresses');
    return answer.ok ? ((await answer.json()) as Addresses) : undefined;
  } catch {
    return undefined;
  }
}
