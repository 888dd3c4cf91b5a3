import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pageStorage } from '../../server/pageStorage.ts';
import { chooseLanguage } from '../../ui/languages.ts';
import { startWords } from '../../ui/words.ts';
import { FaultBoundary } from '../shared/FaultBoundary.tsx';
import { PublicPage } from './PublicPage.tsx';
import { publicWords } from './publicWords.ts';
import '../../ui/tokens.css';

async function start(): Promise<void> {
  await startWords(chooseLanguage(window.location.search, pageStorage.local), publicWords);
  nameTab();
  const place = document.getElementById('surface');
  if (place === null) throw new Error('The page has no element with the id "surface".');
  createRoot(place).render(
    <StrictMode>
      <FaultBoundary>
        <PublicPage onLanguage={switchLanguage} />
      </FaultBoundary>
    </StrictMode>,
  );
}

function switchLanguage(): void {
  const language = i18next.language === 'en' ? 'zh-CN' : 'en';
  chooseLanguage(`?lang=${language}`, pageStorage.local);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language).then(nameTab);
}

function nameTab(): void {
  document.title = `${i18next.t('product.name')} · ${i18next.t('publicPage.title')}`;
}

// Another kitchen of the list has the same page.
window.addEventListener('hashchange', () => window.location.reload());
void start();
