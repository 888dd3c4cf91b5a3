import type { TFunction } from 'i18next';
import type { CommandWords } from './commandWords.ts';

/** What an operator asked for, in words. */
export function commandText(command: CommandWords, t: TFunction): string {
  const { name, ...values } = command;
  return t(`command.${name}`, values);
}
