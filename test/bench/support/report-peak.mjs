// Preloaded into a measured process: at its end it writes down the most memory that it ever held.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const file = process.env.MAYREACH_BENCH_PEAK;
  if (file) writeFileSync(file, JSON.stringify({ maxRssKb: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});
