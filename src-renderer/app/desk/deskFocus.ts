const choiceTypes = ['radio', 'checkbox'];

/** Whether the target is a radio button or a box to tick, into which no letters are typed. */
export function isChoice(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && choiceTypes.includes(target.type);
}

/** Whether letters are typed into the target. */
export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    !isChoice(target) &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Takes the focus from the button, list or field that has it: the next keys are the desk's. */
export function leaveFocus(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
