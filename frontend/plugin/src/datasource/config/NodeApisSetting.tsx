// The list of node APIs: JSON APIs of which only listed paths may be read.
import { Button, Card, Field, Input, Stack, TextArea } from '@grafana/ui';
import React, { useId, useState } from 'react';

import type { NodeApiOptions } from '../types';
import { SecretSetting, type SettingsProps } from './fields';
import {
  addressFault,
  isSet,
  nameFault,
  pathsFault,
  pathsOf,
  tokenName,
  urlName,
  withNodeApi,
  withOptions,
  withoutNodeApi,
} from './settings';

/** The backend's own bound. */
const NODE_APIS_MAX = 32;

export function NodeApisSetting({ settings, onChange }: SettingsProps) {
  const apis = settings.jsonData.nodeApis ?? [];
  return (
    <Stack direction="column" gap={1}>
      {apis.map((api, place) => (
        <NodeApi key={place} settings={settings} onChange={onChange} api={api} place={place} />
      ))}
      <div>
        <Button
          variant="secondary"
          icon="plus"
          disabled={settings.readOnly || apis.length >= NODE_APIS_MAX}
          onClick={() =>
            onChange(
              withOptions(settings, { nodeApis: [...apis, { name: '', url: '', paths: [] }] })
            )
          }
        >
          Add node API
        </Button>
      </div>
    </Stack>
  );
}

interface NodeApiProps extends SettingsProps {
  api: NodeApiOptions;
  place: number;
}

function NodeApi({ settings, onChange, api, place }: NodeApiProps) {
  const id = useId();
  const change = (changes: Partial<NodeApiOptions>) =>
    onChange(withNodeApi(settings, place, changes));
  const wrongName = nameFault(settings.jsonData.nodeApis ?? [], place);
  const isSecretAddress = isSet(settings, urlName(api.name)) && !api.url;
  const wrongAddress = api.url ? addressFault(api.url) : 'An address is needed';
  return (
    <Card noMargin>
      <Card.Heading>{api.name === '' ? `Node API ${place + 1}` : api.name}</Card.Heading>
      <Card.Description>
        <Field
          label="Name"
          description="Queries name it so."
          htmlFor={`${id}-name`}
          invalid={Boolean(wrongName)}
          error={wrongName}
        >
          <Input
            id={`${id}-name`}
            width={30}
            value={api.name}
            placeholder="workers"
            disabled={settings.readOnly}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </Field>
        {isSecretAddress ? (
          <SecretSetting
            settings={settings}
            onChange={onChange}
            name={urlName(api.name)}
            label="Address"
            description="This address is kept as a secret."
          />
        ) : (
          <Field
            label="Address"
            htmlFor={`${id}-url`}
            invalid={Boolean(wrongAddress)}
            error={wrongAddress}
          >
            <Input
              id={`${id}-url`}
              width={50}
              value={api.url ?? ''}
              placeholder="http://nodes:8650"
              disabled={settings.readOnly}
              onChange={(event) => change({ url: event.currentTarget.value })}
            />
          </Field>
        )}
        <PathsField
          api={api}
          disabled={settings.readOnly}
          onChange={(paths) => change({ paths })}
        />
        <SecretSetting
          settings={settings}
          onChange={onChange}
          name={tokenName(api.name)}
          label="Token"
          description="Sent as Authorization: Bearer. Save it together with the name: a new name begins without a token."
        />
      </Card.Description>
      <Card.Actions>
        <Button
          variant="destructive"
          fill="outline"
          size="sm"
          icon="trash-alt"
          disabled={settings.readOnly}
          aria-label={`Remove node API ${api.name || place + 1}`}
          onClick={() => onChange(withoutNodeApi(settings, place))}
        >
          Remove
        </Button>
      </Card.Actions>
    </Card>
  );
}

interface PathsProps {
  api: NodeApiOptions;
  disabled: boolean | undefined;
  onChange: (paths: string[]) => void;
}

function PathsField({ api, disabled, onChange }: PathsProps) {
  const id = useId();
  const listed = Array.isArray(api.paths) ? api.paths : [];
  // Lines that are still being typed may be empty; the setting has none of them.
  const [text, setText] = useState(listed.join('\n'));
  const shown = pathsOf(text).join('\n') === listed.join('\n') ? text : listed.join('\n');
  const fault = pathsFault(listed);
  return (
    <Field
      label="Paths"
      description="Only these may be read, by GET; one on each line."
      htmlFor={id}
      invalid={Boolean(fault)}
      error={fault}
    >
      <TextArea
        id={id}
        cols={50}
        rows={Math.max(2, shown.split('\n').length)}
        value={shown}
        placeholder="/nodes"
        disabled={disabled}
        onChange={(event) => {
          setText(event.currentTarget.value);
          onChange(pathsOf(event.currentTarget.value));
        }}
      />
    </Field>
  );
}
