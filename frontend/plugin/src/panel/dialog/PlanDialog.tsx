import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, LoadingPlaceholder, Modal, useStyles2 } from '@grafana/ui';
import type { Action, Client, Run } from '@leverframe/api';
import React, { useId } from 'react';

import { nameOf } from '../model';
import { ParamInput } from './ParamInput';
import { PlanPreview } from './PlanPreview';
import { Refusal } from './Refusal';
import { usePlanDialog } from './usePlanDialog';

interface Props {
  client: Client;
  datasource: string;
  action: Action;
  target: string;
  /** The press was accepted; called once. */
  onAccepted: (run: Run) => void;
  /** Closed without an accepted press. */
  onClose: () => void;
}

/** From a press to a confirmed run: form, plan, question, and one request. */
export function PlanDialog({ client, datasource, action, target, onAccepted, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const dialog = usePlanDialog(client, action, target, onAccepted);
  const { plan, press } = dialog;
  const missing = useId();
  const leave = press.sending ? undefined : onClose;
  const why = dialog.missing;

  return (
    <Modal
      title={`${action.title}: ${nameOf(target)}`}
      isOpen
      onDismiss={leave}
      closeOnBackdropClick={false}
    >
      <form className={styles.form} onSubmit={(event) => event.preventDefault()} noValidate>
        <p className={styles.text}>
          {action.description}{' '}
          <span className={styles.quiet}>
            Target: <strong>{target}</strong>. Risk: <strong>{action.risk}</strong>.
          </span>
        </p>
        {dialog.fields.map((field) => (
          <ParamInput
            key={field.name}
            field={field}
            value={dialog.values[field.name]}
            fault={dialog.faults[field.name]}
            disabled={dialog.locked}
            onChange={(value) => dialog.setValue(field.name, value)}
          />
        ))}
        <section aria-label="Plan" aria-live="polite" aria-busy={plan.loading}>
          {plan.loading && <LoadingPlaceholder text="Making a plan …" className={styles.text} />}
          {plan.problem && <Refusal problem={plan.problem} datasource={datasource} />}
          {plan.plan && <PlanPreview plan={plan.plan} />}
        </section>
        {plan.plan && (
          <p className={styles.question}>{plan.plan.confirm.text ?? plan.plan.summary}</p>
        )}
        {dialog.reasonRule !== 'none' && (
          <Field label="Reason" required={dialog.reasonRule === 'required'} noMargin>
            <Input
              id={`${missing}-reason`}
              value={dialog.reason}
              disabled={dialog.locked}
              required={dialog.reasonRule === 'required'}
              onChange={(event) => dialog.setReason(event.currentTarget.value)}
            />
          </Field>
        )}
        {dialog.toType !== null && (
          <Field label={`Type “${dialog.toType}” to confirm`} required noMargin>
            <Input
              id={`${missing}-typed`}
              value={dialog.typed}
              disabled={dialog.locked}
              autoComplete="off"
              onChange={(event) => dialog.setTyped(event.currentTarget.value)}
            />
          </Field>
        )}
        {press.problem && <Refusal problem={press.problem} datasource={datasource} />}
        {press.unsure && (
          <Alert
            severity="info"
            title="Ask again with the same key, or close and look at the runs."
            bottomSpacing={0}
          />
        )}
        <p id={missing} className={styles.quiet} role="status">
          {why ?? ''}
        </p>
      </form>
      <Modal.ButtonRow>
        <Button variant="secondary" fill="outline" onClick={leave} disabled={press.sending}>
          Close
        </Button>
        {!press.unsure && (
          <Button variant="secondary" icon="sync" onClick={dialog.replan} disabled={dialog.busy}>
            New plan
          </Button>
        )}
        <Button
          variant={action.risk === 'high' ? 'destructive' : 'primary'}
          icon={press.sending ? 'spinner' : undefined}
          disabled={why !== null || press.sending}
          aria-describedby={missing}
          onClick={dialog.confirm}
        >
          {press.unsure ? 'Ask again' : action.title}
        </Button>
      </Modal.ButtonRow>
    </Modal>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
    text: css({ margin: 0 }),
    quiet: css({ margin: 0, color: theme.colors.text.secondary }),
    question: css({
      margin: 0,
      padding: theme.spacing(1, 1.5),
      borderLeft: `3px solid ${theme.colors.warning.border}`,
      background: theme.colors.background.secondary,
      fontSize: theme.typography.h5.fontSize,
      overflowWrap: 'anywhere',
    }),
  };
}
