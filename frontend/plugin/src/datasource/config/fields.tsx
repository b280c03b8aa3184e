// The fields of the config editor: texts, numbers, choices and secrets by the names of their settings.
import { Field, Input, RadioButtonGroup, SecretInput } from '@grafana/ui';
import React, { useId } from 'react';

import type { LeverframeOptions } from '../types';
import {
  addressFault,
  isSet,
  withOptions,
  withoutSecrets,
  withSecret,
  type Settings,
} from './settings';

const WIDTH = 50;

export interface SettingsProps {
  settings: Settings;
  onChange: (settings: Settings) => void;
}

type NamesOf<T> = {
  [K in keyof LeverframeOptions]-?: NonNullable<LeverframeOptions[K]> extends T ? K : never;
}[keyof LeverframeOptions];

interface TextProps extends SettingsProps {
  name: NamesOf<string>;
  label: string;
  description?: string;
  placeholder?: string;
  fault?: (text: string | undefined) => string | undefined;
}

export function TextSetting({
  settings,
  onChange,
  name,
  label,
  description,
  placeholder,
  fault,
}: TextProps) {
  const id = useId();
  const value = settings.jsonData[name];
  const error = fault?.(value);
  return (
    <Field
      label={label}
      description={description}
      htmlFor={id}
      invalid={error !== undefined}
      error={error}
    >
      <Input
        id={id}
        width={WIDTH}
        value={value ?? ''}
        placeholder={placeholder}
        disabled={settings.readOnly}
        onChange={(event) => onChange(withOptions(settings, { [name]: event.currentTarget.value }))}
      />
    </Field>
  );
}

interface AddressProps extends SettingsProps {
  name: 'prometheusUrl' | 'serviceUrl';
  label: string;
  description: string;
  placeholder: string;
}

/** An address may also stand among the secrets, by provisioning; then only taking it away is offered. */
export function AddressSetting(props: AddressProps) {
  const { settings, name, label } = props;
  if (isSet(settings, name) && !settings.jsonData[name]) {
    return (
      <SecretSetting {...props} label={label} description="This address is kept as a secret." />
    );
  }
  return <TextSetting {...props} fault={addressFault} />;
}

interface NumberProps extends SettingsProps {
  name: NamesOf<number>;
  label: string;
  description?: string;
  usual: number;
  max: number;
}

export function NumberSetting({
  settings,
  onChange,
  name,
  label,
  description,
  usual,
  max,
}: NumberProps) {
  const id = useId();
  const value = settings.jsonData[name];
  const invalid = value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= max);
  return (
    <Field
      label={label}
      description={description}
      htmlFor={id}
      invalid={invalid}
      error={`A whole number from 1 to ${max}`}
    >
      <Input
        id={id}
        type="number"
        width={20}
        min={1}
        max={max}
        value={value ?? ''}
        placeholder={String(usual)}
        disabled={settings.readOnly}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange(withOptions(settings, { [name]: text === '' ? undefined : Number(text) }));
        }}
      />
    </Field>
  );
}

interface ChoiceProps<N extends 'httpMethod' | 'acceptEncoding'> extends SettingsProps {
  name: N;
  label: string;
  description?: string;
  words: Array<NonNullable<LeverframeOptions[N]>>;
}

/** The first word is what the backend takes when nothing is set. */
export function ChoiceSetting<N extends 'httpMethod' | 'acceptEncoding'>(props: ChoiceProps<N>) {
  const { settings, onChange, name, label, description, words } = props;
  return (
    <Field label={label} description={description}>
      <RadioButtonGroup
        aria-label={label}
        options={words.map((word) => ({ value: word, label: word }))}
        value={settings.jsonData[name] ?? words[0]}
        disabled={settings.readOnly}
        onChange={(word) => onChange(withOptions(settings, { [name]: word }))}
      />
    </Field>
  );
}

interface SecretProps extends SettingsProps {
  name: string;
  label: string;
  description?: string;
  placeholder?: string;
}

export function SecretSetting({
  settings,
  onChange,
  name,
  label,
  description,
  placeholder,
}: SecretProps) {
  const id = useId();
  return (
    <Field label={label} description={description} htmlFor={id}>
      <SecretInput
        id={id}
        width={WIDTH}
        autoComplete="new-password"
        isConfigured={isSet(settings, name)}
        value={settings.secureJsonData?.[name] ?? ''}
        placeholder={placeholder}
        disabled={settings.readOnly}
        onReset={() => onChange(withoutSecrets(settings, name))}
        onChange={(event) => onChange(withSecret(settings, name, event.currentTarget.value))}
      />
    </Field>
  );
}
