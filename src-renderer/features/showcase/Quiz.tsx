import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

/** What an inspector looks for, and whether each is all right. */
const questions = [
  { name: 'hat', isGood: true },
  { name: 'bin', isGood: false },
  { name: 'boards', isGood: false },
  { name: 'gloves', isGood: true },
  { name: 'smoke', isGood: false },
] as const;

/** A small quiz: is it all right what the drawing shows? */
export function Quiz({ onPress }: { onPress: (control: string) => void }) {
  const { t } = useTranslation();
  const [{ number, right, answer }, setState] = useState<{
    number: number;
    right: number;
    answer: boolean | undefined;
  }>({ number: 0, right: 0, answer: undefined });
  const question = questions[number];
  const press = (control: string, next: () => void) => () => {
    onPress(`quiz ${number} ${control}`);
    next();
  };
  if (question === undefined) {
    return (
      <section className="showcase-quiz" data-quiz="done">
        <Icon name="fixed" />
        <p className="showcase-quiz-ask">{t('showcase.quiz.done', { right, total: questions.length })}</p>
        <button
          type="button"
          onClick={press('again', () => setState({ number: 0, right: 0, answer: undefined }))}
        >
          {t('showcase.quiz.again')}
        </button>
      </section>
    );
  }
  const { name, isGood } = question;
  const choose = (isSaidGood: boolean) =>
    press(isSaidGood ? 'good' : 'bad', () =>
      setState({ number, right: right + (isSaidGood === isGood ? 1 : 0), answer: isSaidGood }),
    );
  return (
    <section className="showcase-quiz" data-quiz={name}>
      <p className="showcase-quiz-progress">
        {t('showcase.quiz.progress', { number: number + 1, total: questions.length })}
      </p>
      <Icon name={name} />
      <p className="showcase-quiz-ask">{t(`showcase.quiz.item.${name}.ask`)}</p>
      {answer === undefined ? (
        <div className="showcase-answers">
          <button type="button" onClick={choose(true)}>
            {t('showcase.quiz.good')}
          </button>
          <button type="button" onClick={choose(false)}>
            {t('showcase.quiz.bad')}
          </button>
        </div>
      ) : (
        <>
          <p className="showcase-verdict" role="status">
            <b>{t(answer === isGood ? 'showcase.quiz.right' : 'showcase.quiz.wrong')}</b>{' '}
            {t(`showcase.quiz.item.${name}.why`)}
          </p>
          <button
            type="button"
            onClick={press('next', () => setState({ number: number + 1, right, answer: undefined }))}
          >
            {t('showcase.quiz.next')}
          </button>
        </>
      )}
    </section>
  );
}
