import { Kbd, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import './keyHelp.css';

/** Keys that belong together. */
export interface KeyGroup {
  title: string;
  keys: readonly { keys: readonly string[]; text: string }[];
}

/** All keys of the desk, in a window of their own; `above` stands over them. */
export function KeyHelp({
  title,
  groups,
  above,
  opened,
  onClose,
}: {
  title: string;
  groups: readonly KeyGroup[];
  above?: ReactNode;
  opened: boolean;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="auto">
      {above}
      <div className="key-help">
        {groups.map((group) => (
          <section key={group.title}>
            <h2>{group.title}</h2>
            <dl>
              {group.keys.map(({ keys, text }) => (
                <div key={text}>
                  <dt>
                    {keys.map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
