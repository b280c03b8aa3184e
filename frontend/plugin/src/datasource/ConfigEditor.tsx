// The settings page. It writes our own fields only: Grafana's url, basicAuth, tls and headers would let every
// viewer past the backend.
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, FieldSet, SecretTextArea } from '@grafana/ui';
import React, { useId } from 'react';

import {
  AddressSetting,
  ChoiceSetting,
  NumberSetting,
  SecretSetting,
  TextSetting,
  type SettingsProps,
} from './config/fields';
import { NodeApisSetting } from './config/NodeApisSetting';
import { durationFault, isSet, withoutSecrets, withSecret } from './config/settings';
import type { LeverframeOptions, LeverframeSecrets } from './types';

type Props = DataSourcePluginOptionsEditorProps<LeverframeOptions, LeverframeSecrets>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  const both: SettingsProps = { settings: options, onChange: onOptionsChange };
  return (
    <>
      {options.url !== '' && options.url !== undefined && (
        <Alert severity="warning" title="Grafana's own url is set">
          Every viewer can reach that address past Leverframe. Empty it and use the addresses below.
        </Alert>
      )}
      <FieldSet label="Prometheus">
        <AddressSetting
          {...both}
          name="prometheusUrl"
          label="Prometheus address"
          description="The address before /api/v1. Everybody who can read this data source sees it."
          placeholder="http://prometheus:9090"
        />
        <TextSetting
          {...both}
          name="prometheusUser"
          label="Prometheus user"
          description="With a password; leave it empty to use a token or nothing."
        />
        <SecretSetting {...both} name="prometheusPassword" label="Prometheus password" />
        <SecretSetting
          {...both}
          name="prometheusToken"
          label="Prometheus token"
          description="Sent as Authorization: Bearer, in place of user and password."
        />
        <TextSetting
          {...both}
          name="timeInterval"
          label="Scrape interval"
          description="How often Prometheus looks at its targets; the least step of a query."
          placeholder="15s"
          fault={durationFault}
        />
        <ChoiceSetting
          {...both}
          name="httpMethod"
          label="HTTP method"
          description="GET suits caches and read-only proxies; POST has no limit on a query's length."
          words={['POST', 'GET']}
        />
        <ChoiceSetting
          {...both}
          name="acceptEncoding"
          label="Compression"
          description="auto asks for none on this machine and for gzip from others."
          words={['auto', 'identity', 'gzip']}
        />
      </FieldSet>
      <FieldSet label="Service">
        <AddressSetting
          {...both}
          name="serviceUrl"
          label="Service address"
          description="Where leverframe serve listens. Without it there are queries, but no actions, runs and nodes."
          placeholder="http://leverframe:8642"
        />
        <SecretSetting
          {...both}
          name="assertionKey"
          label="Assertion key"
          description="Made by leverframe init; signs who asks."
        />
      </FieldSet>
      <FieldSet label="Node APIs">
        <NodeApisSetting {...both} />
      </FieldSet>
      <FieldSet label="Limits and trust">
        <NumberSetting
          {...both}
          name="timeoutSeconds"
          label="Timeout in seconds"
          description="Bounds every call to Prometheus, the service and node APIs."
          usual={30}
          max={600}
        />
        <NumberSetting
          {...both}
          name="seriesLimit"
          label="Series limit"
          description="Most series in one answer of Prometheus."
          usual={50_000}
          max={1_000_000}
        />
        <NumberSetting
          {...both}
          name="responseBytesLimit"
          label="Answer limit in bytes"
          description="Largest answer of Prometheus or of a node API."
          usual={268_435_456}
          max={2_000_000_000}
        />
        <CertificateSetting {...both} />
      </FieldSet>
    </>
  );
}

function CertificateSetting({ settings, onChange }: SettingsProps) {
  const id = useId();
  return (
    <Field
      label="CA certificates"
      description="In PEM form; trusted beside the system's own."
      htmlFor={id}
    >
      <SecretTextArea
        id={id}
        cols={50}
        rows={6}
        isConfigured={isSet(settings, 'tlsCaCert')}
        value={settings.secureJsonData?.tlsCaCert ?? ''}
        placeholder="-----BEGIN CERTIFICATE-----"
        disabled={settings.readOnly}
        onReset={() => onChange(withoutSecrets(settings, 'tlsCaCert'))}
        onChange={(event) => onChange(withSecret(settings, 'tlsCaCert', event.currentTarget.value))}
      />
    </Field>
  );
}
