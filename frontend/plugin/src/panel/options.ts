/** What a dashboard's author sets. A dashboard names actions; what they are is the service's word. */

/** Where a button's targets come from. */
export type TargetSource = 'one' | 'rows';

/** One entry of the list of buttons. */
export interface ButtonOptions {
  /** The action's name in the service. */
  action: string;
  source: TargetSource;
  /** For `one`: the target, as in `node/${node}`; without a slash the action's kind is put before. */
  target: string;
  /** For `rows`: the field of the query that holds the targets' ids. */
  idField: string;
}

/** How the targets are laid out. */
export type Layout = 'row' | 'grid' | 'list';

/** The panel's options. */
export interface PanelOptions {
  /** Uid or variable; empty = the only data source of our kind. */
  datasourceUid: string;
  layout: Layout;
  buttons: ButtonOptions[];
}

/** A new entry. */
export const NEW_BUTTON: ButtonOptions = { action: '', source: 'one', target: '', idField: 'id' };

/** Reads the list of buttons as a dashboard file holds it: whatever is missing has its default. */
export function readButtons(stored: unknown): ButtonOptions[] {
  if (!Array.isArray(stored)) {
    return [];
  }
  return stored.map((one: Partial<ButtonOptions> | null) => ({
    action: text(one?.action, ''),
    source: one?.source === 'rows' ? 'rows' : 'one',
    target: text(one?.target, ''),
    idField: text(one?.idField, NEW_BUTTON.idField) || NEW_BUTTON.idField,
  }));
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
