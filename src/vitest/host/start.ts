import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Progress } from '../../harness/run/options.ts';
import type { Connection, FromHost, HostSettings, ToHost } from '../channel.ts';
import { moduleFile } from '../module-file.ts';

/** The host, as vitest's main process holds it. */
export interface Host {
  readonly connection: Connection;
  /** Files may have changed: what was judged is forgotten. */
  renew(settings: HostSettings): void;
  /** Resolves when nothing of the run is left. */
  end(): Promise<void>;
}

/** Starts the host, which judges when it is first asked. */
export async function startHost(settings: HostSettings, progress: Pick<Progress, 'stage' | 'note'>): Promise<Host> {
  const address = await newAddress();
  // stdin is vitest's; a defect's last words go where vitest's own do.
  const child = fork(moduleFile('host/host'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const { promise: listening, resolve } = Promise.withResolvers<undefined>();
  child.on('message', (message: FromHost) => {
    if (message.say === 'listening') resolve(undefined);
    else progress[message.say](message.text);
  });
  send(child, { do: 'listen', address, settings });
  const failed = exited.then(() => Promise.reject(new Error('mayreach: its process ended before it could judge')));
  try {
    await Promise.race([listening, failed]);
  } catch (error) {
    await rm(dirname(address), { recursive: true, force: true });
    throw error;
  }
  failed.catch(() => undefined);
  return {
    connection: { address },
    renew: (changed) => send(child, { do: 'renew', settings: changed }),
    end: async () => {
      send(child, { do: 'end' });
      await exited;
    },
  };
}

function send(child: ChildProcess, message: ToHost): void {
  if (child.connected) child.send(message);
}

/** In a folder that only this user may enter. */
async function newAddress(): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\mayreach-${randomUUID()}`;
  return join(await mkdtemp(join(tmpdir(), 'mayreach-')), 'host');
}
