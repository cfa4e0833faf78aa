import { outsider, pods, service } from 'mayreach';
import { expect, test } from 'vitest';

const web = pods('shop', { app: 'web' });
const api = service('shop/api');

test('web asks the api', async () => {
  await expect(web).toReach(api, 8080);
});

test('the admin port of the api is for nobody', async () => {
  await expect(web).not.toReach(api, 9090);
  await expect(outsider()).not.toReach(api, 9090);
});
