import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';

import scaffold, { type Env } from './.config/webpack/webpack.config.ts';

/** The scaffold's configuration, extended from outside. */
export default async function configuration(env: Env): Promise<Configuration> {
  return merge(await scaffold(env), {
    plugins: [
      // The scaffold copies the logos of the root alone.
      new CopyWebpackPlugin({ patterns: [{ from: '**/img/*', to: '.' }] }),
    ],
  });
}
