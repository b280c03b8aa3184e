import { CoreApp } from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { usePanelContext } from '@grafana/ui';

/** Returns why nothing may be pressed here, or null. */
export function useInert(app: string | undefined): string | null {
  const context = usePanelContext();
  const editing =
    context.app === CoreApp.PanelEditor ||
    app === CoreApp.PanelEditor ||
    locationService.getSearchObject().editPanel !== undefined;
  if (editing) {
    return 'Buttons do nothing while the panel is edited.';
  }
  return isPublic() ? 'Buttons do nothing on a public dashboard.' : null;
}

/** Tells whether this is a public dashboard, where no resource can be reached. */
export function isPublic(): boolean {
  return Boolean(config.publicDashboardAccessToken);
}
