import type { Input } from './input.ts';

/** A day of the calendar as `YYYY-MM-DD`. One in the past is a day like any other here. */
export function readDate(input: Input): string | null {
  const { value } = input;
  const [, year, month, day] = (typeof value === 'string' && /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)) || [];
  if (year === undefined || month === undefined || day === undefined) {
    return input.expected('a date as YYYY-MM-DD');
  }
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const isMonth = Number(month) >= 1 && Number(month) <= 12;
  if (isMonth && Number(day) >= 1 && Number(day) <= days) return `${year}-${month}-${day}`;
  const hint = isMonth ? `${year}-${month} has ${days} days.` : 'Months are 01 to 12.';
  return input.problem(`${year}-${month}-${day} is not a day of the calendar`, { hint });
}
