import { mayreach } from 'mayreach/vitest';
import { defineConfig } from 'vitest/config';

// Predicted from the files in a second; NETWORK=k3s tries the same with real traffic.
const cluster = process.env.NETWORK === 'k3s' ? 'k3s' : 'manifests';

export default defineConfig({
  plugins: [mayreach({ cluster })],
  test: { include: ['test/**/*.test.ts'] },
});
