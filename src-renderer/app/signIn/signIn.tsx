import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createAccountsClient } from '../../features/accounts/accountsClient.ts';
import { pageStorage } from '../../server/pageStorage.ts';
import { chooseLanguage } from '../../ui/languages.ts';
import { startLocale } from '../../ui/locale.ts';
import { FaultBoundary } from '../shared/FaultBoundary.tsx';
import { destinationOf } from './destination.ts';
import { guardHall } from './hallGuard.ts';
import { SignInPage } from './SignInPage.tsx';
import '../../ui/tokens.css';

const destination = destinationOf(window.location.search);
guardHall(destination, { target: window, history, location });
const ask = createAccountsClient((...request) => window.fetch(...request));

async function start(): Promise<void> {
  await startLocale(chooseLanguage(window.location.search, pageStorage.local));
  nameTab();
  const place = document.getElementById('surface');
  if (place === null) throw new Error('The page has no element with the id "surface".');
  createRoot(place).render(
    <StrictMode>
      <FaultBoundary>
        <SignInPage
          ask={ask}
          destination={destination}
          go={goTo}
          onLanguage={() => {
            const language = i18next.language === 'en' ? 'zh-CN' : 'en';
            chooseLanguage(`?lang=${language}`, pageStorage.local);
            document.documentElement.lang = language;
            void i18next.changeLanguage(language).then(nameTab);
          }}
        />
      </FaultBoundary>
    </StrictMode>,
  );
}

function goTo(path: string): void {
  window.location.assign(path);
}

function nameTab(): void {
  document.title = `${i18next.t('product.name')} · ${i18next.t('signIn.title')}`;
}

void start();
