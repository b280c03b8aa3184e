// What all pages of the app have around them.
import { PluginPage } from '@grafana/runtime';
import { Stack } from '@grafana/ui';
import React, { type ReactNode } from 'react';

import { SourcePicker } from './SourcePicker';
import { StopBanner } from './StopBanner';

interface Props {
  title: string;
  subTitle?: string | undefined;
  /** The page above it. */
  parent?: { title: string; url: string };
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, subTitle, parent, actions, children }: Props) {
  return (
    <PluginPage
      subTitle={subTitle}
      pageNav={{
        text: title,
        ...(parent && { parentItem: { text: parent.title, url: parent.url } }),
      }}
      actions={
        <Stack direction="row" gap={1} wrap="wrap">
          {actions}
          {!parent && <SourcePicker />}
        </Stack>
      }
    >
      <StopBanner />
      {children}
    </PluginPage>
  );
}
