import { PanelPlugin } from '@grafana/data';

import { ButtonsEditor } from './editor/ButtonsEditor';
import { DatasourceEditor } from './editor/DatasourceEditor';
import type { PanelOptions } from './options';
import { Panel } from './Panel';

export const plugin = new PanelPlugin<PanelOptions>(Panel).setPanelOptions((builder) =>
  builder
    .addCustomEditor({
      id: 'datasourceUid',
      path: 'datasourceUid',
      name: 'Data source',
      description: 'Empty: the only Leverframe data source there is.',
      defaultValue: '',
      editor: DatasourceEditor,
    })
    .addRadio({
      path: 'layout',
      name: 'Layout',
      defaultValue: 'row',
      settings: {
        options: [
          { value: 'row', label: 'Row' },
          { value: 'grid', label: 'Grid' },
          { value: 'list', label: 'List' },
        ],
      },
    })
    .addCustomEditor({
      id: 'buttons',
      path: 'buttons',
      name: 'Buttons',
      description: 'Title, risk, parameters and question come from the service.',
      defaultValue: [],
      editor: ButtonsEditor,
    })
);
