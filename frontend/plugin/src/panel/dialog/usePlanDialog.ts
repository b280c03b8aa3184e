import type { Action, ActionBody, Client, Run } from '@leverframe/api';
import type { ProblemCode } from '@leverframe/api/problem';
import { useCallback, useMemo, useState } from 'react';

import { secondsUntil } from '../../shared/duration';
import { useNow } from '../../shared/useNow';
import { nameOf } from '../model';
import { defaultsOf, fieldAt, fieldsOf, readForm } from './paramFields';
import { usePlan } from './usePlan';
import { usePress } from './usePress';

/** Refusals after which only a new plan can go on. */
const PLAN_GONE = new Set<string>([
  'plan_changed',
  'plan_expired',
  'plan_required',
] satisfies ProblemCode[]);

/** The state of a dialog: form, plan, confirmation and press. */
export function usePlanDialog(
  client: Client,
  action: Action,
  target: string,
  onAccepted: (run: Run) => void
) {
  const fields = useMemo(() => fieldsOf(action.params), [action.params]);
  const [values, setValues] = useState(() => defaultsOf(action.params));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');

  const form = useMemo(() => readForm(fields, values), [fields, values]);
  const faulty = Object.keys(form.faults).length > 0;
  const plan = usePlan(client, action, target, faulty ? null : JSON.stringify(form.params));
  const press = usePress(client, action.name, onAccepted);

  const refused = press.problem ?? plan.problem;
  const now = useNow(refused?.nextAllowed != null);
  const confirm = plan.plan?.confirm ?? action.confirm;
  // High risk always asks for the hand, whether or not the service names the words.
  const toType = confirm.typed ?? (action.risk === 'high' ? nameOf(target) : null);

  const setValue = useCallback((name: string, value: string | boolean) => {
    setTouched((now) => new Set(now).add(name));
    setValues((now) => ({ ...now, [name]: value }));
  }, []);

  const faults: Record<string, string> = {};
  for (const [name, fault] of Object.entries(form.faults)) {
    if (touched.has(name)) {
      faults[name] = fault;
    }
  }
  const named = fieldAt(refused?.pointer ?? null);
  if (refused !== null && named !== null) {
    faults[named] ??= refused.detail || refused.message;
  }

  const missing = ((): string | null => {
    if (press.unsure || press.sending) {
      return null;
    }
    if (faulty) {
      return 'Fill in the form to see the plan.';
    }
    if (plan.plan === null) {
      return plan.loading ? 'Wait for the plan.' : 'Without a plan nothing can be run.';
    }
    if (plan.plan.guards.some((guard) => !guard.ok)) {
      return 'A guard does not hold; make a new plan when it does.';
    }
    if (press.problem !== null && PLAN_GONE.has(press.problem.code)) {
      return 'The plan is gone; make a new one.';
    }
    if ((secondsUntil(press.problem?.nextAllowed, now) ?? 0) > 0) {
      return 'It may not be tried again yet.';
    }
    if (confirm.reason === 'required' && reason.trim() === '') {
      return 'Give a reason.';
    }
    return toType !== null && typed.trim() !== toType ? `Type “${toType}” to confirm.` : null;
  })();

  const send = () => {
    if (missing !== null || plan.plan === null) {
      return;
    }
    const body: ActionBody = { target, plan_hash: plan.plan.hash };
    if (fields.length > 0) {
      body.params = form.params;
    }
    if (confirm.reason !== 'none' && reason.trim() !== '') {
      body.reason = reason.trim();
    }
    press.send(body);
  };

  return {
    fields,
    values,
    faults,
    setValue,
    plan,
    press,
    reasonRule: confirm.reason,
    reason,
    setReason,
    toType,
    typed,
    setTyped,
    /** Why it cannot be confirmed yet. */
    missing,
    /** While the outcome is open nothing may be changed: the same is asked again. */
    locked: press.sending || press.unsure,
    busy: press.sending || plan.loading || faulty,
    confirm: send,
    replan: () => {
      press.clear();
      plan.renew();
    },
  };
}
